package io.ains.registry.operations;

import io.ains.registry.http.Id;
import io.ains.registry.http.Page;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The installation in figures. */
@RestController
class StatsController {
    private final StatsQueries stats;

    StatsController(StatsQueries stats) {
        this.stats = stats;
    }

    /** Figures of the whole installation: its tasks, its agents and what they offer. */
    @GetMapping("/ains/stats")
    StatsQueries.Stats stats() {
        return stats.stats(Instant.now());
    }

    record CapabilityFigures(List<StatsQueries.CapabilityStats> capabilities, long total, int limit, int offset) {}

    /**
     * Lists what agents offer, by name: how many offer it, how much of it is free, and what waits for it.
     *
     * @param name of one capability
     */
    @GetMapping("/ains/capabilities")
    CapabilityFigures capabilities(
            @RequestParam(required = false) @Nullable @Id String name,
            @RequestParam(defaultValue = "100") @Min(1) @Max(100) int limit,
            @RequestParam(defaultValue = "0") @Min(0) int offset) {
        Page<StatsQueries.CapabilityStats> page = stats.capabilities(name, limit, offset);
        return new CapabilityFigures(page.items(), page.total(), limit, offset);
    }
}
