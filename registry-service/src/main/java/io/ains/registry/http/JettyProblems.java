package io.ains.registry.http;

import io.ains.protocol.Json;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/** What Jetty refuses before any route is looked for, such as a malformed path, has the form of all other errors. */
final class JettyProblems extends ErrorHandler {
    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        // Jetty ends it in most of these cases, and does not always say so.
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        response.write(true, problem(code), callback);
    }

    private static ByteBuffer problem(int code) {
        HttpStatus status = HttpStatus.resolve(code);
        String title = status == null ? "Error " + code : status.getReasonPhrase();
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("title", title);
        problem.put("status", code);
        problem.put(
                "detail",
                status == HttpStatus.BAD_REQUEST
                        ? "expected a request line and headers as RFC 9112 has them, and a path without bare"
                                + " percent signs, backslashes or control characters"
                        : title);
        return ByteBuffer.wrap(Json.MAPPER.writeValueAsBytes(problem));
    }
}
