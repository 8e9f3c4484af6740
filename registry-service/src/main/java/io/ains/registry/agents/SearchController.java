package io.ains.registry.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.ains.protocol.AgentStatus;
import io.ains.registry.http.Page;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Finds agents by what they offer. */
@RestController
class SearchController {
    private final SearchQueries search;

    SearchController(SearchQueries search) {
        this.search = search;
    }

    /**
     * One agent that was found.
     *
     * @param price the lowest of the capabilities that match; null if none names one
     * @param latencyP99Ms the lowest of the capabilities that match, in milliseconds; null if none names one
     */
    record Result(
            String agentId,
            String displayName,
            double trustScore,
            String status,
            List<String> capabilities,
            List<String> tags,
            @Nullable Double price,
            @JsonProperty("latency_p99_ms") @Nullable Double latencyP99Ms) {}

    record Results(List<Result> results, long total, int limit, int offset) {}

    /**
     * Finds agents.
     *
     * @param capability a part of a capability's name, in upper or lower case
     * @param tags separated by commas; an agent has at least one of them
     * @param minTrust the least trust
     * @param status of the agents
     * @param sortBy {@code trust_score}, the highest first; {@code price} or {@code latency}, the lowest first and those
     *     that name none last
     */
    @GetMapping("/ains/search")
    Results search(
            @RequestParam(required = false) @Nullable @Size(min = 1, max = 128) String capability,
            @RequestParam(required = false) @Nullable @Size(max = 100) List<@Size(min = 1, max = 128) String> tags,
            @RequestParam(name = "min_trust", defaultValue = "0") @DecimalMin("0") @DecimalMax("1") double minTrust,
            @RequestParam(required = false) @Nullable AgentStatus status,
            @RequestParam(name = "sort_by", defaultValue = "trust_score") AgentSearch.Order sortBy,
            @RequestParam(defaultValue = "10") @Min(1) @Max(100) int limit,
            @RequestParam(defaultValue = "0") @Min(0) int offset) {
        var wanted = new AgentSearch(capability, tags == null ? List.of() : tags, minTrust, status, sortBy);
        Page<Result> page = search.find(wanted, limit, offset);
        return new Results(page.items(), page.total(), limit, offset);
    }
}
