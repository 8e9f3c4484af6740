package io.ains.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PromptCommitTest {
    private static final Duration POLL = Duration.ofMillis(20);

    private final AtomicLong nanos = new AtomicLong();
    private final CommitPace pace = new CommitPace(Duration.ofMillis(4), true, nanos::get);
    private final CommitPace.OfThread thread = pace.ofThisThread();
    private final MockProcessorContext<String, String> context = new MockProcessorContext<>();
    private PromptCommit commit;

    @BeforeEach
    void open() {
        commit = new PromptCommit(context, pace);
    }

    @Test
    void shouldCommitAnOutputAtOnceIfNothingWasCommittedForAWhile() {
        // when
        commit.afterOutput();

        // then
        assertThat(context.committed()).isTrue();
    }

    @Test
    void shouldGiveRecordsAsMuchTimeAsCommits() {
        // given
        commitThatTakes(15);
        pass(14);

        // when
        commit.afterOutput();

        // then
        assertCommitsInOneMillisecond();
    }

    @Test
    void shouldLetQuickCommitsFollowEachOtherOnlyAfterTheLeastPause() {
        // given
        commitThatTakes(1);
        pass(3);

        // when
        commit.afterOutput();

        // then
        assertCommitsInOneMillisecond();
    }

    @Test
    void shouldCommitMoreRarelyWhileTheRecordsOfOnePollLast() {
        // given
        thread.pollAtMost(POLL);
        commitThatTakes(10);
        commitThatTakes(10);
        pass(19);

        // when
        commit.afterOutput();

        // then
        assertCommitsInOneMillisecond();
        thread.pollAtMost(POLL);
        commitThatTakes(10);
        pass(10);
        commit.afterOutput();
        assertThat(context.committed()).as("after the next poll").isTrue();
    }

    @Test
    void shouldGiveRecordsAsMuchTimeAsCommitsThatAreSlowOneAfterTheOther() {
        // given
        thread.pollAtMost(POLL);
        commitThatTakes(300);
        commitThatTakes(300);
        pass(299);

        // when
        commit.afterOutput();

        // then
        assertCommitsInOneMillisecond();
        thread.pollAtMost(POLL);
        commitThatTakes(300);
        pass(50);
        commit.afterOutput();
        assertThat(context.committed()).as("when it keeps up").isTrue();
    }

    @Test
    void shouldNotMakeUpForACommitThatHungForMinutes() {
        // given
        commitThatTakes(180_000);
        pass(50);

        // when
        commit.afterOutput();

        // then
        assertThat(context.committed()).isTrue();
    }

    @Test
    void shouldNotAskForWhatAnotherTasksCommitHasTakenAlong() {
        // given
        commitThatTakes(4);
        commit.afterOutput();
        commitThatTakes(4);
        pass(4);

        // when
        punctuate();

        // then
        assertThat(context.committed()).isFalse();
        assertThat(context.scheduledPunctuators()).allMatch(MockProcessorContext.CapturedPunctuator::cancelled);
    }

    @Test
    void shouldPollNoLongerThanAnOutputMayWait() {
        // given
        commitThatTakes(10);
        assertThat(thread.pollAtMost(POLL)).isEqualTo(POLL);
        pass(3);

        // when
        commit.afterOutput();

        // then
        assertThat(thread.pollAtMost(POLL)).isEqualTo(Duration.ofMillis(7));
        pass(100);
        assertThat(thread.pollAtMost(POLL))
                .as("while a rebalance holds commits back")
                .isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void shouldNotAskForCommitsWhereAnOutputNeedsNone() {
        // given
        PromptCommit atLeastOnce = new PromptCommit(context, new CommitPace(Duration.ofMillis(4), false, nanos::get));

        // when
        atLeastOnce.afterOutput();

        // then
        assertThat(context.committed()).isFalse();
    }

    private void assertCommitsInOneMillisecond() {
        assertThat(context.committed()).isFalse();
        pass(1);
        punctuate();
        assertThat(context.committed()).isTrue();
    }

    private void commitThatTakes(long millis) {
        thread.commitBegins();
        pass(millis / 2);
        thread.commitBegins();
        pass(millis - millis / 2);
        thread.committed();
        context.resetCommit();
    }

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void punctuate() {
        context.scheduledPunctuators().stream()
                .filter(scheduled -> !scheduled.cancelled())
                .toList()
                .forEach(scheduled -> scheduled.getPunctuator().punctuate(0));
    }
}
