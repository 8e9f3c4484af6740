package io.ains.registry.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;

/** Turns every error of a route, and of none, into a problem that says what was expected, in the contract's terms. */
@RestControllerAdvice
final class ProblemAdvice extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    private ResponseEntity<Object> respond(ErrorResponseException problem, WebRequest request) {
        ResponseEntity<Object> response =
                handleExceptionInternal(problem, null, problem.getHeaders(), problem.getStatusCode(), request);
        return response == null ? ResponseEntity.status(problem.getStatusCode()).build() : response;
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<Map<String, String>> errors = e.getFieldErrors().stream()
                .map(error -> Problems.error(Problems.snakeCase(error.getField()), error.getDefaultMessage()))
                .toList();
        return respond(Problems.invalid(errors), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
            HandlerMethodValidationException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<Map<String, String>> errors = new ArrayList<>();
        for (ParameterValidationResult result : e.getParameterValidationResults()) {
            if (result instanceof ParameterErrors body) {
                body.getFieldErrors()
                        .forEach(each -> errors.add(
                                Problems.error(Problems.snakeCase(each.getField()), each.getDefaultMessage())));
            } else {
                String name = String.valueOf(result.getMethodParameter().getParameterName());
                for (MessageSourceResolvable each : result.getResolvableErrors()) {
                    errors.add(Problems.error(Problems.snakeCase(name), each.getDefaultMessage()));
                }
            }
        }
        return respond(Problems.invalid(errors), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
            MissingServletRequestParameterException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return respond(Problems.invalid(e.getParameterName(), "expected a value, but there is none"), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        String field = e instanceof MethodArgumentTypeMismatchException argument
                ? argument.getName()
                : String.valueOf(e.getPropertyName());
        return respond(Problems.invalid(Problems.snakeCase(field), Problems.expected(e.getRequiredType())), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ErrorResponseException problem) {
                return respond(problem, request);
            }
        }
        if (e.getCause() instanceof StreamReadException malformed) {
            return respond(Problems.of(HttpStatus.BAD_REQUEST, "expected JSON, but " + message(malformed)), request);
        }
        if (e.getCause() instanceof DatabindException mismatch) {
            return respond(Bodies.mismatch(mismatch), request);
        }
        return respond(Problems.of(HttpStatus.BAD_REQUEST, "expected a JSON object as the body"), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
            NoResourceFoundException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return respond(
                Problems.of(
                        HttpStatus.NOT_FOUND,
                        "expected a route of this service, but there is no " + e.getHttpMethod() + " /"
                                + e.getResourcePath()),
                request);
    }

    private static String message(JacksonException e) {
        String where = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        String what = String.valueOf(e.getOriginalMessage());
        int end = what.indexOf('\n');
        return (end < 0 ? what : what.substring(0, end)) + where;
    }

    @ExceptionHandler
    ResponseEntity<Object> database(DataAccessException e, WebRequest request) {
        log.error("a query failed", e);
        return respond(Problems.unavailable("the database did not answer"), request);
    }

    @ExceptionHandler
    ResponseEntity<Object> bug(Exception e, WebRequest request) {
        log.error("a request failed", e);
        return respond(Problems.of(HttpStatus.INTERNAL_SERVER_ERROR, "the service failed; its log says why"), request);
    }
}
