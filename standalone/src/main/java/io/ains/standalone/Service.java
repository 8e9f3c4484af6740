package io.ains.standalone;

import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;

/** One of the services, running. */
record Service(String name, ConfigurableApplicationContext context) {
    /**
     * Starts a service and returns when it listens; it may not be ready yet.
     *
     * @param settings as on its command line, without the dashes
     * @throws StartException if it does not start
     */
    static Service start(String name, SpringApplicationBuilder builder, List<String> settings) {
        String[] arguments = settings.stream().map(setting -> "--" + setting).toArray(String[]::new);
        try {
            // Whoever made it stops it: the services must be gone before the broker is.
            return new Service(name, builder.registerShutdownHook(false).run(arguments));
        } catch (RuntimeException e) {
            throw new StartException("The " + name + " could not be started (" + reason(e) + ").", e);
        }
    }

    /** What went wrong, in one line. */
    static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !(root instanceof PortInUseException)) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.getClass().getName() : root.getMessage();
        return message.lines().findFirst().orElse(message);
    }

    boolean isReady() {
        HealthDescriptor readiness = context.getBean(HealthEndpoint.class).healthForPath("readiness");
        return readiness != null && Status.UP.equals(readiness.getStatus());
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
