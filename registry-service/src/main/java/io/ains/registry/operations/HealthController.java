package io.ains.registry.operations;

import io.ains.protocol.TaskStatus;
import io.ains.registry.commands.ControlPlane;
import io.ains.registry.projection.ProjectionStatus;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Whether the service can do its work, in the terms of its clients; probes have routes of their own. */
@RestController
class HealthController {
    private static final double PERCENT = 100.0;

    private final ProjectionStatus projection;
    private final ControlPlane controlPlane;
    private final QueueQueries queues;

    HealthController(ProjectionStatus projection, ControlPlane controlPlane, QueueQueries queues) {
        this.projection = projection;
        this.controlPlane = controlPlane;
        this.queues = queues;
    }

    record ServiceHealth(
            String status,
            String service,
            String version,
            @Nullable String reason) {}

    /** Whether the service can do its work; 503 and a reason if not. */
    @GetMapping("/health")
    ResponseEntity<ServiceHealth> health() {
        String reason = reason();
        String version = HealthController.class.getPackage().getImplementationVersion();
        return respond(
                reason,
                new ServiceHealth(status(reason), "DukeNet-AINS", version == null ? "development" : version, reason));
    }

    record TaskHealth(
            String status,
            String service,
            Map<String, Number> metrics,
            @Nullable String reason) {}

    /** The state of the tasks; 503 and a reason if the service cannot do its work. */
    @GetMapping("/health/aitp")
    ResponseEntity<TaskHealth> aitp() {
        String reason = reason();
        Map<TaskStatus, Long> counts = queues.byStatus(null);
        long completed = counts.getOrDefault(TaskStatus.COMPLETED, 0L);
        long failed = counts.getOrDefault(TaskStatus.FAILED, 0L);
        double failureRate = completed + failed == 0 ? 0 : PERCENT * failed / (completed + failed);
        Map<String, Number> metrics = Map.of(
                "queue_depth",
                counts.getOrDefault(TaskStatus.PENDING, 0L),
                "active_tasks",
                counts.getOrDefault(TaskStatus.ACTIVE, 0L),
                "assigned_tasks",
                counts.getOrDefault(TaskStatus.ASSIGNED, 0L),
                "completed_tasks",
                completed,
                "failed_tasks",
                failed,
                "failure_rate_percent",
                failureRate);
        return respond(reason, new TaskHealth(status(reason), "AITP", metrics, reason));
    }

    private @Nullable String reason() {
        String trouble = projection.trouble();
        return trouble == null ? controlPlane.silence() : trouble;
    }

    private static String status(@Nullable String reason) {
        return reason == null ? "healthy" : "degraded";
    }

    private static <T> ResponseEntity<T> respond(@Nullable String reason, T body) {
        return ResponseEntity.status(reason == null ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .body(body);
    }
}
