package io.ains.registry.http;

import io.ains.protocol.Json;
import io.ains.registry.RegistrySettings;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Ends the reading of a body that is over the limit, by its announced length at once, else when the limit is passed; and
 * of one that does not come to an end in time.
 */
@Component
final class BodyLimit extends OncePerRequestFilter {
    private final HandlerExceptionResolver errors;
    private final Duration timeout;

    BodyLimit(HandlerExceptionResolver handlerExceptionResolver, RegistrySettings settings) {
        this.errors = handlerExceptionResolver;
        this.timeout = settings.bodyTimeout();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getContentLengthLong() > Json.MAX_BODY_BYTES) {
            errors.resolveException(request, response, null, Problems.tooLarge());
            return;
        }
        chain.doFilter(new Limited(request, timeout), response);
    }

    private static final class Limited extends HttpServletRequestWrapper {
        private @Nullable ServletInputStream limited;

        private final Duration timeout;

        Limited(HttpServletRequest request, Duration timeout) {
            super(request);
            this.timeout = timeout;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            if (limited == null) {
                limited = new Counting(super.getInputStream(), timeout);
            }
            return limited;
        }
    }

    private static final class Counting extends ServletInputStream {
        private final ServletInputStream body;
        private final Duration timeout;
        private final long began = System.nanoTime();
        private long read;

        Counting(ServletInputStream body, Duration timeout) {
            this.body = body;
            this.timeout = timeout;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int some;
            try {
                some = body.read(buffer, offset, length);
            } catch (SocketTimeoutException e) {
                throw Problems.tooSlow(timeout);
            }
            if (some >= 0 && System.nanoTime() - began > timeout.toNanos()) {
                throw Problems.tooSlow(timeout);
            }
            count(some);
            return some;
        }

        private void count(int some) {
            read += Math.max(0, some);
            if (read > Json.MAX_BODY_BYTES) {
                throw Problems.tooLarge();
            }
        }

        @Override
        public boolean isFinished() {
            return body.isFinished();
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            body.setReadListener(listener);
        }
    }
}
