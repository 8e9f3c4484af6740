package io.ains.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Ways of a network that can be cut. Whoever connects to a link's near end talks to its far end; while the link is cut,
 * nothing passes and nobody is told, as when packets are dropped: connections stay, new ones are not made, and what was
 * under way arrives when the link is mended. One thread moves all bytes; the methods may be called by any other.
 */
final class Links implements AutoCloseable {
    private static final int BUFFER_BYTES = 32 * 1024;

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<Link> links = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "links");
    private volatile boolean closed;

    Links() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** A way from one address to another. */
    final class Link {
        private final InetSocketAddress near;
        private final InetSocketAddress far;
        private final Set<Connection> connections = new HashSet<>();
        private final List<SocketChannel> crowd = new ArrayList<>();
        private ServerSocketChannel door;
        private boolean cut;

        private Link(InetSocketAddress near, InetSocketAddress far) throws IOException {
            this.near = near;
            this.far = far;
            door = openDoor();
        }

        private ServerSocketChannel openDoor() throws IOException {
            ServerSocketChannel opened = ServerSocketChannel.open();
            opened.bind(near);
            opened.configureBlocking(false);
            Consumer<SelectionKey> accept = ready -> accept();
            opened.register(selector, SelectionKey.OP_ACCEPT, accept);
            return opened;
        }

        /** One at which the only two places are taken: whoever comes now is not answered. */
        private ServerSocketChannel fullDoor() throws IOException {
            ServerSocketChannel full = ServerSocketChannel.open();
            full.bind(near, 1);
            for (int i = 0; i <= 2; i++) {
                SocketChannel waiting = SocketChannel.open();
                waiting.configureBlocking(false);
                waiting.connect(near);
                crowd.add(waiting);
            }
            return full;
        }

        private void accept() {
            try {
                SocketChannel near = door.accept();
                if (near != null) {
                    connections.add(new Connection(this, near));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Until it is mended, nothing passes. Returns when that is so. */
        void cut() {
            set(true);
        }

        /** Lets pass what waits, and what comes. */
        void mend() {
            set(false);
        }

        private void set(boolean value) {
            onThread(() -> {
                if (cut == value) {
                    return;
                }
                cut = value;
                closeQuietly(door);
                crowd.forEach(Links::closeQuietly);
                crowd.clear();
                try {
                    // The selector lets go of a closed door when it next looks.
                    selector.selectNow(Links::handle);
                    door = cut ? fullDoor() : openDoor();
                } catch (IOException e) {
                    throw new UncheckedIOException(near + " could not be bound again", e);
                }
                connections.forEach(Connection::chooseEvents);
            });
        }
    }

    private final class Connection {
        private final Link link;
        private final SocketChannel near;
        private final SocketChannel far;
        private final SelectionKey nearKey;
        private final SelectionKey farKey;
        private final Pipe forth;
        private final Pipe back;

        Connection(Link link, SocketChannel near) throws IOException {
            this.link = link;
            this.near = near;
            far = SocketChannel.open();
            near.configureBlocking(false);
            far.configureBlocking(false);
            Consumer<SelectionKey> pass = ready -> pass();
            nearKey = near.register(selector, 0, pass);
            farKey = far.register(selector, SelectionKey.OP_CONNECT, pass);
            forth = new Pipe(near, far);
            back = new Pipe(far, near);
            far.connect(link.far);
        }

        private void pass() {
            try {
                if (!far.isConnected() && !far.finishConnect()) {
                    return;
                }
                forth.pass();
                back.pass();
                if (forth.hasEnded() || back.hasEnded()) {
                    close();
                } else {
                    chooseEvents();
                }
            } catch (IOException e) {
                // One end is gone; so is the other.
                close();
            }
        }

        private void chooseEvents() {
            if (link.cut) {
                nearKey.interestOps(0);
                farKey.interestOps(0);
            } else if (far.isConnected()) {
                nearKey.interestOps(forth.readEvent() | back.writeEvent());
                farKey.interestOps(back.readEvent() | forth.writeEvent());
            } else {
                farKey.interestOps(SelectionKey.OP_CONNECT);
            }
        }

        private void close() {
            closeQuietly(near);
            closeQuietly(far);
            link.connections.remove(this);
        }
    }

    /** One direction of a connection. */
    private static final class Pipe {
        private final SocketChannel from;
        private final SocketChannel to;
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        private boolean readAll;

        Pipe(SocketChannel from, SocketChannel to) {
            this.from = from;
            this.to = to;
        }

        void pass() throws IOException {
            if (!readAll) {
                readAll = from.read(buffer) < 0;
            }
            buffer.flip();
            to.write(buffer);
            buffer.compact();
        }

        boolean hasEnded() {
            return readAll && buffer.position() == 0;
        }

        int readEvent() {
            return buffer.hasRemaining() && !readAll ? SelectionKey.OP_READ : 0;
        }

        int writeEvent() {
            return buffer.position() > 0 ? SelectionKey.OP_WRITE : 0;
        }
    }

    /**
     * Opens a way.
     *
     * @param near where to connect; the address must be this machine's
     * @param far where that leads
     * @throws UncheckedIOException if the near address cannot be bound
     */
    Link open(InetSocketAddress near, InetSocketAddress far) {
        return onThread(() -> {
            try {
                Link link = new Link(near, far);
                links.add(link);
                return link;
            } catch (IOException e) {
                throw new UncheckedIOException(near + " could not be bound", e);
            }
        });
    }

    private void onThread(Runnable task) {
        onThread(() -> {
            task.run();
            return true;
        });
    }

    private <T> T onThread(Supplier<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                done.complete(task.get());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        selector.wakeup();
        return done.join();
    }

    private void run() {
        try (selector) {
            while (!closed) {
                selector.select(Links::handle);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
            }
            for (Link link : links) {
                closeQuietly(link.door);
                link.crowd.forEach(Links::closeQuietly);
                List.copyOf(link.connections).forEach(Connection::close);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static void handle(SelectionKey ready) {
        ((Consumer<SelectionKey>) ready.attachment()).accept(ready);
    }

    private static void closeQuietly(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) {
            // Nothing is left to be done with it.
        }
    }

    /** Ends all connections. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
