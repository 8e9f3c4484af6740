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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Reads the whole body before anything is made of it, so that whatever the answer is, the connection can be used again.
 * It ends the reading of one that is over the limit, by its announced length at once, else when the limit is passed; and
 * of one that does not come to an end in time. Whoever still writes then can read why.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE - 1) // before MinVersion, which may go on with the request on another thread
final class BodyLimit extends OncePerRequestFilter {
    private static final int CHUNK_BYTES = 8 * 1024;
    /** Of a body that is refused, so much is read and forgotten. */
    private static final long LINGER_BYTES = 16L * Json.MAX_BODY_BYTES;

    private static final List<MediaType> JSON =
            List.of(MediaType.APPLICATION_JSON, new MediaType("application", "*+json"));

    private final HandlerExceptionResolver errors;
    private final Duration timeout;

    BodyLimit(HandlerExceptionResolver handlerExceptionResolver, RegistrySettings settings) {
        this.errors = handlerExceptionResolver;
        this.timeout = settings.bodyTimeout();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        HttpServletRequest whole = request;
        boolean hasBody =
                request.getContentLengthLong() > 0 || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
        if (hasBody) {
            try {
                whole = new WithBody(request, read(request));
            } catch (ErrorResponseException e) {
                // What is left of the body would be taken for the next request.
                response.setHeader(HttpHeaders.CONNECTION, "close");
                errors.resolveException(request, response, null, e);
                response.getOutputStream().close();
                if (e.getStatusCode() == HttpStatus.CONTENT_TOO_LARGE) {
                    linger(request);
                }
                return;
            }
        }
        if (isForeign(request.getContentType(), hasBody)) {
            errors.resolveException(
                    request,
                    response,
                    null,
                    new HttpMediaTypeNotSupportedException(
                            request.getContentType(), List.of(MediaType.APPLICATION_JSON)));
            return;
        }
        chain.doFilter(whole, response);
    }

    /**
     * A form would be parsed before any route is asked whether it takes one, and none does. Without a body a type matters
     * to nobody, but one with a wildcard is an error that Spring does not expect.
     */
    private static boolean isForeign(@Nullable String contentType, boolean hasBody) {
        if (contentType == null) {
            return false;
        }
        try {
            MediaType type = MediaType.parseMediaType(contentType);
            return !type.isConcrete() || hasBody && JSON.stream().noneMatch(json -> json.includes(type));
        } catch (InvalidMediaTypeException e) {
            return hasBody;
        }
    }

    private byte[] read(HttpServletRequest request) throws IOException {
        long announced = request.getContentLengthLong();
        if (announced > Json.MAX_BODY_BYTES) {
            throw Problems.tooLarge();
        }
        long began = System.nanoTime();
        ByteArrayOutputStream body = new ByteArrayOutputStream(CHUNK_BYTES);
        byte[] chunk = new byte[CHUNK_BYTES];
        InputStream in = request.getInputStream();
        try {
            for (int some = in.read(chunk); some >= 0; some = in.read(chunk)) {
                body.write(chunk, 0, some);
                if (body.size() > Json.MAX_BODY_BYTES) {
                    throw Problems.tooLarge();
                }
                if (System.nanoTime() - began > timeout.toNanos()) {
                    throw Problems.tooSlow(timeout);
                }
            }
        } catch (IOException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw Problems.tooSlow(timeout);
            }
            throw e;
        }
        return body.toByteArray();
    }

    /**
     * Reads on for a while: a connection that is closed while its client still writes is reset, and takes the answer from the
     * client that has not read it yet (RFC 9112, section 9.6).
     */
    private void linger(HttpServletRequest request) {
        if (request.getHeader(HttpHeaders.EXPECT) != null) {
            // It has not begun to write, and will not.
            return;
        }
        long began = System.nanoTime();
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            InputStream in = request.getInputStream();
            long left = LINGER_BYTES;
            while (left > 0 && System.nanoTime() - began < timeout.toNanos()) {
                int some = in.read(chunk);
                if (some < 0) {
                    return;
                }
                left -= some;
            }
        } catch (IOException e) {
            // The client has gone, or is too slow: it has its answer, or does not want it.
        }
    }

    private static final class WithBody extends HttpServletRequestWrapper {
        private final ServletInputStream body;

        WithBody(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = new Bytes(body);
        }

        @Override
        public ServletInputStream getInputStream() {
            return body;
        }
    }

    private static final class Bytes extends ServletInputStream {
        private final ByteArrayInputStream bytes;

        Bytes(byte[] bytes) {
            this.bytes = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return bytes.read(buffer, offset, length);
        }

        @Override
        public int available() {
            return bytes.available();
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("expected a blocking read: the body is there already");
        }
    }
}
