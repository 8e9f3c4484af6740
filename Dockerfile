# The images of the three services and of the ains command:
#   docker build --target registry-service -t ains/registry-service .
# An image has layers that change at different times: the JRE, the jars that all share, the program's further jars, the
# archive of the classes in all of these, which makes it start quickly, and AINS itself (half a megabyte).
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-17
ARG RUN_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY .mvn .mvn
COPY pom.xml ./
COPY protocol/pom.xml protocol/
COPY agent-sdk/pom.xml agent-sdk/
COPY embedded-broker/pom.xml embedded-broker/
COPY testkit/pom.xml testkit/
COPY service-kit/pom.xml service-kit/
COPY heartbeat-processor/pom.xml heartbeat-processor/
COPY task-dispatcher/pom.xml task-dispatcher/
COPY registry-service/pom.xml registry-service/
COPY standalone/pom.xml standalone/
COPY benchmarks/pom.xml benchmarks/
# Without sources nothing is built, but all that is needed is downloaded, and stays until a pom changes.
RUN mvn -B -ntp -q -Dmaven.test.skip=true -pl standalone -am package dependency:copy-dependencies -DincludeScope=runtime
COPY protocol protocol
COPY agent-sdk agent-sdk
COPY embedded-broker embedded-broker
COPY testkit testkit
COPY service-kit service-kit
COPY heartbeat-processor heartbeat-processor
COPY task-dispatcher task-dispatcher
COPY registry-service registry-service
COPY standalone standalone
RUN mvn -B -ntp -q -Dmaven.test.skip=true -pl standalone -am package dependency:copy-dependencies -DincludeScope=runtime
COPY docker docker
RUN sh docker/layers /layers

FROM ${RUN_IMAGE} AS base
# The variables of docs/operations.md that a container needs to be different. /tmp and the data are all that is written to.
ENV SERVER_ADDRESS=0.0.0.0 \
    AINS_STREAMS_STATE_DIR=/ains/data/state \
    AINS_REGISTRY_DATABASE_URL=jdbc:sqlite:/ains/data/registry.db
COPY --from=build --chown=10001:10001 /layers/data /ains/data
COPY --from=build /layers/shared /ains/shared
COPY docker/jvm /ains/jvm
WORKDIR /ains
VOLUME /ains/data
USER 10001
LABEL org.opencontainers.image.vendor="AINS" \
      org.opencontainers.image.description="The control plane for a fleet of agents, on Kafka"

# The archives are of the libraries alone, so that they stay as they are until one of these changes (or docker/classes).
FROM base AS archive
COPY --from=build /layers/programs/heartbeat-processor/lib /ains/heartbeat-processor/lib
COPY --from=build /layers/programs/task-dispatcher/lib /ains/task-dispatcher/lib
COPY --from=build /layers/programs/registry-service/lib /ains/registry-service/lib
COPY --from=build /layers/programs/standalone/lib /ains/standalone/lib
COPY docker/archive docker/classes /ains/
RUN sh /ains/archive /tmp/archives

FROM base AS heartbeat-processor
LABEL org.opencontainers.image.title="AINS heartbeat-processor"
COPY --from=build /layers/programs/heartbeat-processor/lib /ains/heartbeat-processor/lib
COPY --from=archive /tmp/archives/heartbeat-processor /ains/heartbeat-processor
COPY --from=build /layers/programs/heartbeat-processor/options /ains/heartbeat-processor/options
COPY --from=build /layers/programs/heartbeat-processor/own /ains/heartbeat-processor/own
EXPOSE 8001
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", "-cp", "/ains/heartbeat-processor/own/service-kit.jar", "io.ains.service.ReadinessProbe", "8001"]
ENTRYPOINT ["java", "@/ains/jvm", "@/ains/heartbeat-processor/options"]

FROM base AS task-dispatcher
LABEL org.opencontainers.image.title="AINS task-dispatcher"
COPY --from=build /layers/programs/task-dispatcher/lib /ains/task-dispatcher/lib
COPY --from=archive /tmp/archives/task-dispatcher /ains/task-dispatcher
COPY --from=build /layers/programs/task-dispatcher/options /ains/task-dispatcher/options
COPY --from=build /layers/programs/task-dispatcher/own /ains/task-dispatcher/own
EXPOSE 8002
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", "-cp", "/ains/task-dispatcher/own/service-kit.jar", "io.ains.service.ReadinessProbe", "8002"]
ENTRYPOINT ["java", "@/ains/jvm", "@/ains/task-dispatcher/options"]

FROM base AS registry-service
LABEL org.opencontainers.image.title="AINS registry-service"
COPY --from=build /layers/programs/registry-service/lib /ains/registry-service/lib
COPY --from=archive /tmp/archives/registry-service /ains/registry-service
COPY --from=build /layers/programs/registry-service/options /ains/registry-service/options
COPY --from=build /layers/programs/registry-service/own /ains/registry-service/own
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", "-cp", "/ains/registry-service/own/service-kit.jar", "io.ains.service.ReadinessProbe", "8000"]
ENTRYPOINT ["java", "@/ains/jvm", "@/ains/registry-service/options"]

# The ains command: docker run ains/ains topics, agent, load, up, demo.
FROM base AS ains
LABEL org.opencontainers.image.title="AINS command"
COPY --from=build /layers/programs/standalone/lib /ains/standalone/lib
COPY --from=archive /tmp/archives/standalone /ains/standalone
COPY --from=build /layers/programs/standalone/options /ains/standalone/options
COPY --from=build /layers/programs/standalone/own /ains/standalone/own
ENTRYPOINT ["java", "@/ains/jvm", "@/ains/standalone/options"]
