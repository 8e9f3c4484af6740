package io.ains.registry.tasks;

import io.ains.protocol.TaskCommand;
import io.ains.protocol.TaskEvent;
import io.ains.registry.commands.ControlPlane;
import io.ains.registry.commands.Decision;
import io.ains.registry.http.Bodies;
import io.ains.registry.http.Problems;
import io.ains.registry.projection.Versions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Commands by the hundred, sent at once and awaited together. Safe for many threads. */
@Component
class Batches {
    /** The most tasks in one request. */
    static final int MAX = 1_000;

    private final ControlPlane controlPlane;
    private final TaskCommands commands;
    private final TaskQueries tasks;
    private final Bodies bodies;
    private final Versions versions;

    Batches(ControlPlane controlPlane, TaskCommands commands, TaskQueries tasks, Bodies bodies, Versions versions) {
        this.controlPlane = controlPlane;
        this.commands = commands;
        this.tasks = tasks;
        this.bodies = bodies;
        this.versions = versions;
    }

    /** One task's way; either the version of its decision (empty if it was not waited for) or what went wrong. */
    private record Outcome(
            int index,
            String taskId,
            String version,
            @Nullable String error) {}

    record SubmissionError(int index, String detail) {}

    /** @param success whether there are no errors */
    record Submitted(
            String batchId,
            boolean success,
            int created,
            int failed,
            List<String> taskIds,
            List<SubmissionError> errors) {}

    CompletableFuture<ResponseEntity<Submitted>> submit(
            @Nullable String prefer, String clientId, List<JsonNode> submissions) {
        boolean async = ControlPlane.isAsync(prefer);
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        Instant now = Instant.now();
        for (int index = 0; index < submissions.size(); index++) {
            TaskCommand.SubmitTask command;
            try {
                command = command(clientId, submissions.get(index), now);
            } catch (ErrorResponseException e) {
                outcomes.add(CompletableFuture.completedFuture(new Outcome(index, "", "", detail(e))));
                continue;
            }
            outcomes.add(outcome(
                    index,
                    command.taskId(),
                    async
                            ? controlPlane.publish(command).thenApply(sent -> "")
                            : controlPlane.decide(command).thenApply(Decision::version)));
        }
        return together(outcomes, async, all -> {
            List<String> created = all.stream()
                    .filter(each -> each.error == null)
                    .map(Outcome::taskId)
                    .toList();
            List<SubmissionError> errors = all.stream()
                    .filter(each -> each.error != null)
                    .map(each -> new SubmissionError(each.index, Objects.requireNonNull(each.error)))
                    .toList();
            return new Submitted(
                    UUID.randomUUID().toString(), errors.isEmpty(), created.size(), errors.size(), created, errors);
        });
    }

    private TaskCommand.SubmitTask command(String clientId, JsonNode submission, Instant now) {
        JsonNode json = submission;
        if (submission instanceof ObjectNode task && !task.has("client_id")) {
            json = task.deepCopy().put("client_id", clientId);
        }
        SubmissionBody body = bodies.read(json, SubmissionBody.class);
        body.requirePriorityFromOne();
        String taskId = body.taskId() == null ? UUID.randomUUID().toString() : body.taskId();
        return new TaskCommand.SubmitTask(ControlPlane.newRequestId(), body.toSpec(taskId, now));
    }

    record CancellationError(String taskId, String detail) {}

    record Cancelled(int cancelled, int failed, List<CancellationError> errors) {}

    CompletableFuture<ResponseEntity<Cancelled>> cancel(
            List<String> taskIds, String clientId, @Nullable String reason) {
        List<String> ids = taskIds.stream().distinct().toList();
        Map<String, String> capabilities = tasks.capabilities(ids);
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        for (String id : ids) {
            String capability = capabilities.get(id);
            if (capability == null) {
                String unknown = detail(Problems.unknown("task", id));
                outcomes.add(CompletableFuture.completedFuture(new Outcome(outcomes.size(), id, "", unknown)));
                continue;
            }
            var command = new TaskCommand.CancelTask(id, capability, ControlPlane.newRequestId(), clientId, reason);
            CompletableFuture<Decision<TaskEvent>> decided = commands.decide(command);
            outcomes.add(outcome(outcomes.size(), id, decided.thenApply(Decision::version)));
        }
        return together(outcomes, false, all -> {
            List<CancellationError> errors = all.stream()
                    .filter(each -> each.error != null)
                    .map(each -> new CancellationError(each.taskId, Objects.requireNonNull(each.error)))
                    .toList();
            return new Cancelled(all.size() - errors.size(), errors.size(), errors);
        });
    }

    private static CompletableFuture<Outcome> outcome(int index, String taskId, CompletableFuture<String> version) {
        return version.handle((reached, failure) -> failure == null
                ? new Outcome(index, taskId, reached, null)
                : new Outcome(index, taskId, "", detail(failure)));
    }

    private static String detail(Throwable thrown) {
        RuntimeException failure = Problems.wrap(thrown);
        String detail = failure instanceof ErrorResponseException problem
                ? problem.getBody().getDetail()
                : failure.getMessage();
        return String.valueOf(detail);
    }

    private <B> CompletableFuture<ResponseEntity<B>> together(
            List<CompletableFuture<Outcome>> outcomes, boolean async, Function<List<Outcome>, B> body) {
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    List<Outcome> all =
                            outcomes.stream().map(CompletableFuture::join).toList();
                    if (async) {
                        return ControlPlane.accepted(body.apply(all));
                    }
                    String version =
                            versions.newest(all.stream().map(Outcome::version).filter(each -> !each.isEmpty()));
                    ResponseEntity.BodyBuilder answer = ResponseEntity.ok();
                    if (!version.isEmpty()) {
                        answer.header(Decision.VERSION_HEADER, version);
                    }
                    return answer.body(body.apply(all));
                });
    }
}
