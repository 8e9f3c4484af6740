package io.ains.agent;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker of the fleet: registers, stays alive, does the tasks that it is given, and says what became of them.
 *
 * <pre>{@code
 * Agent agent = Agent.builder("summarizer-1")
 *         .bootstrapServers("localhost:9092")
 *         .capability("summarize", Document.class, task -> new Summary(shorten(task.input().text())))
 *         .build();
 * agent.start();
 * }</pre>
 *
 * <p>Started once and closed once; another start of the same id, here or in another process, replaces it. The process
 * lives as long as its agents do. Thread-safe.
 */
public final class Agent implements AutoCloseable {
    /** Where an agent stands. */
    public enum State {
        /** Not started yet. */
        NEW,
        /** Waits for the brokers or for the control plane. */
        STARTING,
        /** Works, or could. */
        RUNNING,
        /** Closes: ends what it has, takes nothing new. */
        DRAINING,
        /** The end: closed, or never got to run. */
        CLOSED,
        /** The end: a newer session of the same agent id has taken its place. */
        REPLACED,
        /** The end: somebody deregistered it. */
        DEREGISTERED
    }

    private static final Logger log = LoggerFactory.getLogger(Agent.class);

    private final AgentConfig config;
    private final Object lock = new Object();
    private final Tally tally = new Tally();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;
    private State state = State.NEW;
    private @Nullable AgentSession session;
    private @Nullable Thread starter;

    Agent(AgentConfig config) {
        this.config = config;
        this.hook = new Thread(this::close, "ains-shutdown-" + config.agentId());
    }

    /**
     * Begins to describe an agent.
     *
     * @param agentId stable over restarts; 1 to 128 characters of {@code A-Z a-z 0-9 . _ : -}
     * @return a builder with the defaults
     */
    public static AgentBuilder builder(String agentId) {
        return new AgentBuilder(agentId);
    }

    /**
     * Connects, makes the topics of its capabilities where they are missing, registers, and returns when the control
     * plane has accepted the registration. Waits for brokers and topics that are not there yet. If it throws, nothing is
     * left running, and the agent is closed.
     *
     * @return this agent, at work
     * @throws AinsException if that did not work out within the start timeout; its subclasses tell why
     * @throws IllegalStateException if the agent was started or closed before, or is closed meanwhile
     */
    public Agent start() {
        synchronized (lock) {
            if (state != State.NEW) {
                throw new IllegalStateException("expected a new agent, but " + config.agentId() + " is " + state);
            }
            state = State.STARTING;
            starter = Thread.currentThread();
        }
        AgentSession opened = null;
        try {
            addHook();
            Deadline deadline = Deadline.in(config.startTimeout());
            opened = new AgentSession(config, tally, this::lose, deadline);
            opened.register(deadline);
        } catch (RuntimeException e) {
            throw giveUp(opened, e);
        }
        synchronized (lock) {
            if (state == State.STARTING) {
                state = State.RUNNING;
                starter = null;
                session = opened;
                return this;
            }
        }
        throw giveUp(opened, null);
    }

    /** Leaves nothing behind of a start, and says why it came to nothing. */
    private RuntimeException giveUp(@Nullable AgentSession opened, @Nullable RuntimeException reason) {
        State found;
        synchronized (lock) {
            found = state;
            starter = null;
        }
        boolean interruptedByClose = found != State.STARTING && Thread.interrupted();
        if (opened != null) {
            opened.giveUp();
        }
        end();
        if (reason != null && !interruptedByClose) {
            return reason;
        }
        return new IllegalStateException("expected to start, but meanwhile the agent was " + found, reason);
    }

    private void addHook() {
        if (config.shutdownHook()) {
            Runtime.getRuntime().addShutdownHook(hook);
        }
    }

    /** The session is over though nobody here asked for it. Called on its reading thread. */
    private void lose(AgentSession.Loss loss) {
        AgentSession over;
        boolean running;
        synchronized (lock) {
            running = state == State.RUNNING;
            over = session;
            state = switch (loss) {
                case REPLACED -> State.REPLACED;
                case DEREGISTERED -> State.DEREGISTERED;
            };
        }
        log.atError()
                .addKeyValue("agent_id", config.agentId())
                .addKeyValue("state", loss)
                .log("The agent stops: its session is over, and another one does its tasks now or nobody shall");
        if (running && over != null) {
            // this thread is one of those to be ended; a start that has not returned yet ends them itself
            inBackground(over::abort);
        }
    }

    private void inBackground(Runnable closing) {
        Thread thread = new Thread(
                () -> {
                    closing.run();
                    end();
                },
                "ains-closer-" + config.agentId());
        thread.start();
    }

    /** Everything has come to rest. */
    private void end() {
        synchronized (lock) {
            if (state != State.REPLACED && state != State.DEREGISTERED) {
                state = State.CLOSED;
            }
        }
        ended.countDown();
        if (config.shutdownHook() && Thread.currentThread() != hook) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                log.debug("The process is ending: the hook stays, and finds the agent closed", e);
            }
        }
    }

    /**
     * Says goodbye, lets running handlers end within the drain timeout, interrupts the others and gives their tasks
     * back, sends what is left to send, and ends all threads. May be called at any time, from any thread, and more than
     * once; returns when the agent has come to rest, but from a handler at once.
     */
    @Override
    public void close() {
        State before;
        AgentSession open;
        synchronized (lock) {
            before = state;
            open = session;
            if (before == State.NEW || before == State.STARTING || before == State.RUNNING) {
                state = before == State.NEW ? State.CLOSED : State.DRAINING;
            }
            if (starter != null) {
                // it may be waiting for brokers that are not there
                starter.interrupt();
            }
        }
        if (before == State.NEW) {
            end();
        }
        boolean inHandler = open != null && open.isOnHandlerThread();
        if (before == State.RUNNING && open != null) {
            if (inHandler) {
                inBackground(open::drain);
            } else {
                open.drain();
                end();
            }
        }
        if (!inHandler) {
            awaitEnd();
        }
    }

    private void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Tally tally() {
        return tally;
    }

    /** How many handlers may be at work at once, over all capabilities. */
    int slots() {
        return config.offers().stream()
                .mapToInt(offer -> offer.capability().maxConcurrency())
                .sum();
    }

    /** Where the agent stands. */
    public State state() {
        synchronized (lock) {
            return state;
        }
    }

    /** Whether it takes tasks. */
    public boolean isRunning() {
        return state() == State.RUNNING;
    }

    /** The id that it was made with. */
    public String agentId() {
        return config.agentId();
    }
}
