package io.ains.registry.http;

import io.ains.registry.RegistrySettings;
import io.ains.registry.projection.Versions;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Holds a request back until the tables are as new as the version that it asks for, without a thread. So a client sees
 * on any instance what another has answered it.
 */
@Component
final class MinVersion extends OncePerRequestFilter {
    static final String HEADER = "AINS-Min-Version";

    private final Versions versions;
    private final HandlerExceptionResolver errors;
    private final Duration timeout;
    private final Executor executor;

    MinVersion(
            Versions versions,
            HandlerExceptionResolver handlerExceptionResolver,
            RegistrySettings settings,
            @Qualifier("answers") Executor executor) {
        this.versions = versions;
        this.errors = handlerExceptionResolver;
        this.timeout = settings.answerTimeout();
        this.executor = executor;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String version = request.getHeader(HEADER);
        if (version == null) {
            chain.doFilter(request, response);
            return;
        }
        CompletableFuture<Void> reached;
        try {
            reached = versions.reached(version);
        } catch (IllegalArgumentException e) {
            errors.resolveException(request, response, null, Problems.invalid(HEADER, String.valueOf(e.getMessage())));
            return;
        }
        if (reached.isDone()) {
            chain.doFilter(request, response);
            return;
        }
        // With the request that holds the body, which has been read.
        AsyncContext waiting = request.startAsync(request, response);
        waiting.setTimeout(0); // the future has the deadline
        reached.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenCompleteAsync((nothing, failure) -> goOn(waiting, request, response, failure), executor);
    }

    private void goOn(
            AsyncContext waiting,
            HttpServletRequest request,
            HttpServletResponse response,
            @Nullable Throwable failure) {
        if (failure == null) {
            waiting.dispatch();
            return;
        }
        try {
            errors.resolveException(
                    request,
                    response,
                    null,
                    Problems.unavailable("this instance did not reach the version that was asked for within "
                            + timeout.toMillis() + " ms"));
        } finally {
            waiting.complete();
        }
    }
}
