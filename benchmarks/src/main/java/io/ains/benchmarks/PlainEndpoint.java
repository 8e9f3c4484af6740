package io.ains.benchmarks;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** A Spring endpoint that only answers: the floor of the registry-service's routes. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = KafkaAutoConfiguration.class)
@RestController
public class PlainEndpoint {
    /** Listens until its process is ended. */
    public static void main(String[] args) {
        SpringApplication.run(PlainEndpoint.class, args);
    }

    @GetMapping({"/plain", "/readyz"})
    Map<String, String> get() {
        return Map.of("status", "ok");
    }

    @PostMapping("/plain")
    Map<String, String> post(@RequestBody Map<String, Object> body) {
        return Map.of("status", "ok");
    }
}
