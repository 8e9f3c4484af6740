package io.ains.registry.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.ains.protocol.Json;
import io.ains.registry.RegistrySettings;
import io.ains.registry.projection.ProjectionStatus;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.converter.ConverterFactory;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the topics have it, but whole: clients find every field, also one that is null. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {
    private final ProjectionStatus projection;

    WebConfiguration(ProjectionStatus projection) {
        this.projection = projection;
    }

    @Bean
    static JsonMapper jsonMapper() {
        return Json.MAPPER
                .rebuild()
                .changeDefaultPropertyInclusion(value -> value.withValueInclusion(JsonInclude.Include.ALWAYS))
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
                .build();
    }

    @Bean
    static WebServerFactoryCustomizer<JettyServletWebServerFactory> jettyCustomizer(RegistrySettings settings) {
        return factory -> factory.addServerCustomizers(server -> {
            server.setErrorHandler(new JettyProblems());
            for (Connector connector : server.getConnectors()) {
                connector.getConnectionFactories().stream()
                        .filter(HttpConfiguration.ConnectionFactory.class::isInstance)
                        .map(HttpConfiguration.ConnectionFactory.class::cast)
                        .forEach(each -> each.getHttpConfiguration()
                                .setIdleTimeout(settings.bodyTimeout().toMillis()));
            }
        });
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new WholeTables()).addPathPatterns("/ains/**", "/aitp/**");
    }

    /** Words in a query are the words of the JSON. */
    @Override
    public void addFormatters(FormatterRegistry registry) {
        registry.addConverterFactory(new Words());
    }

    @SuppressWarnings("rawtypes") // as Spring's own converter of enums
    private static final class Words implements ConverterFactory<String, Enum> {
        @Override
        @SuppressWarnings("NullAway") // Spring takes null for no value
        public <T extends Enum> Converter<String, T> getConverter(Class<T> type) {
            return word -> word.isEmpty() ? null : Json.MAPPER.convertValue(word, type);
        }
    }

    /** Half a table would answer "unknown" for what is merely not read yet. */
    private final class WholeTables implements HandlerInterceptor {
        @Override
        public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
            if (!projection.isComplete()) {
                throw Problems.unavailable("the service is not ready: " + projection.trouble());
            }
            return true;
        }
    }
}
