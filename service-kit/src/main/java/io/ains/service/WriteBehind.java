package io.ains.service;

/**
 * Writes into a store before each commit what has changed since the one before, so that what changes often is written, and
 * logged, once a commit and not at each change. What was not written when the process dies was not committed either.
 * Belongs to one processor, which makes it in its {@code init} and closes it in its {@code close}; used on its thread only.
 */
public final class WriteBehind implements AutoCloseable {
    private final CommitPace.OfThread commits;
    private final Runnable write;

    /**
     * Begins.
     *
     * @param pace of the service
     * @param write puts what has changed; called before each commit, perhaps more often
     */
    public WriteBehind(CommitPace pace, Runnable write) {
        this.commits = pace.ofThisThread();
        this.write = write;
        commits.beforeEach(write);
    }

    /** Writes what is left: Streams closes a processor before it commits for the last time. */
    @Override
    public void close() {
        commits.noLongerBeforeEach(write);
        write.run();
    }
}
