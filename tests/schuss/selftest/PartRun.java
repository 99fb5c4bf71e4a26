package schuss.selftest;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Runs a part in processes that may die. What was under way then has failed, and a fresh process goes on with the rest; a
 * kind of cases that ends process after process is given up. Where no test ends for too long, the process is ended; when
 * the time is up too, and that is no failure.
 */
final class PartRun {
    private static final int POLL = 50; // milliseconds
    private static final int DUMP = 1500; // milliseconds for a JVM to write where its threads are

    /** More deaths than these by one kind of cases, and its rest is given up. A hang counts twice: it takes long. */
    private static final int DEATHS = 3;

    private final int part;
    private final Function<List<String>, ProcessBuilder> starter;
    private final long deadline;
    private final int hangSeconds;
    private final Tally tally;

    private final List<String> leftOut = new ArrayList<>();
    private final Map<String, Integer> deaths = new HashMap<>(); // by kind of cases
    private final Map<String, Event> underWay = new LinkedHashMap<>(); // by id, what holds others first
    private final List<SelfCheck> further = new ArrayList<>();
    private Event lastFailed; // as it began
    private boolean ended;
    private boolean timeWasUp;

    /**
     * @param starter makes a process of these arguments for {@link SelfTest}
     * @param deadline in {@link System#nanoTime()}
     * @param hangSeconds in which some test must begin or end
     */
    PartRun(Part part, Function<List<String>, ProcessBuilder> starter, long deadline, int hangSeconds) {
        this.part = part.number();
        this.starter = starter;
        this.deadline = deadline;
        this.hangSeconds = hangSeconds;
        this.tally = new Tally(this.part);
    }

    /** Runs all of it, and returns a check for each method. */
    List<SelfCheck> checks() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("schuss-selftest-");
        try {
            for (int process = 1; !ended && !timeWasUp; process++) {
                if (process > 1) {
                    System.out.println("part " + part + " goes on in a fresh process");
                }
                run(folder);
            }
        } finally {
            for (Path file : Files.list(folder).toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        }
        List<SelfCheck> checks = new ArrayList<>(tally.checks());
        checks.addAll(further);
        return checks;
    }

    int cases() {
        return tally.cases();
    }

    boolean timeWasUp() {
        return timeWasUp;
    }

    private void run(Path folder) throws IOException, InterruptedException {
        Path events = Files.write(folder.resolve("events"), new byte[0]);
        Path out = Files.write(folder.resolve("leftout"), leftOut);
        int known = leftOut.size();
        Process process = starter.apply(List.of("--events", events.toString(), "--left-out", out.toString()))
                .start();
        Thread ender = new Thread(() -> end(process));
        Runtime.getRuntime().addShutdownHook(ender); // or it would go on when we are ended
        boolean hung = false;
        try (RandomAccessFile reader = new RandomAccessFile(events.toFile(), "r")) {
            long heard = System.nanoTime();
            boolean alive = true;
            while (alive) {
                alive = !process.waitFor(POLL, TimeUnit.MILLISECONDS);
                long now = System.nanoTime();
                if (read(reader)) {
                    heard = now;
                } else if (alive && now - heard > hangSeconds * 1_000_000_000L) {
                    hung = true;
                    dump(process);
                } else if (alive && now > deadline) {
                    timeWasUp = true;
                }
                if (hung || timeWasUp) {
                    end(process);
                    process.waitFor();
                    break;
                }
            }
            read(reader);
        }
        Runtime.getRuntime().removeShutdownHook(ender);
        if (timeWasUp) {
            further.add(whole("not run: time was up after " + tally.cases() + " cases", false));
            System.out.println("part " + part + " not run to its end: time was up after " + tally.cases() + " cases");
        } else {
            after(process.exitValue(), hung, leftOut.size() > known);
        }
    }

    /** What a process that ended means. */
    private void after(int code, boolean hung, boolean progress) {
        Optional<Event> innermost = underWay.values().stream().reduce((a, b) -> b);
        String how = hung ? "no end within " + hangSeconds + " s" : "its process ended with " + code;
        if (ended) {
            if (code != 0) {
                further.add(whole("FAILED: after the last test " + how, true));
            }
        } else if (innermost.isPresent() && (hung || code != Journal.LOST)) {
            Event culprit = innermost.get();
            take(new Event(Event.Kind.FAILED, culprit.id(), culprit.name(), how, 0));
            died(culprit.id(), culprit.text(), hung ? 2 : 1);
        } else if (code == Journal.LOST && progress && lastFailed != null) {
            died(lastFailed.id(), lastFailed.text(), 1);
        } else {
            further.add(whole("FAILED: " + how + " before a test began", true));
            ended = true;
        }
        underWay.clear();
    }

    private SelfCheck whole(String result, boolean failed) {
        return new SelfCheck(part, "all of it", 0, result, failed, 0);
    }

    /** Whether there was something to read. */
    private boolean read(RandomAccessFile reader) throws IOException {
        byte[] bytes = new byte[(int) (reader.length() - reader.getFilePointer())];
        reader.readFully(bytes);
        int whole = bytes.length;
        while (whole > 0 && bytes[whole - 1] != '\n') {
            whole--; // a line that is being written
        }
        reader.seek(reader.getFilePointer() - (bytes.length - whole));
        new String(bytes, 0, whole, StandardCharsets.UTF_8)
                .lines()
                .map(Event::parse)
                .forEach(this::take);
        return whole > 0;
    }

    private void take(Event event) {
        switch (event.kind()) {
            case BEGUN -> underWay.put(event.id(), event);
            case END -> ended = true;
            default -> {
                Event begun = underWay.remove(event.id());
                leftOut.add(event.id());
                lastFailed = event.kind() == Event.Kind.FAILED ? begun : lastFailed;
            }
        }
        tally.add(event);
    }

    /** Counts a death, and gives up what died too often. */
    private void died(String id, String displayName, int weight) {
        String method = id.substring(0, Math.max(id.lastIndexOf('/'), 0));
        String kind = LeftOut.kind(displayName);
        String line = LeftOut.line(method, kind);
        if (deaths.merge(line, weight, Integer::sum) > DEATHS && !leftOut.contains(line)) {
            leftOut.add(line);
            System.out.println("the other cases of " + kind + " are left out: it ended too many processes");
        }
    }

    /** Asks a JVM that hangs where its threads are, which it writes to its output. */
    private static void dump(Process process) throws IOException, InterruptedException {
        for (ProcessHandle jvm : processes(process)) {
            new ProcessBuilder("bash", "-c", "kill -QUIT " + jvm.pid()).start().waitFor();
        }
        Thread.sleep(DUMP);
    }

    /** A process and those that it started, such as the JVM that a tool watches. */
    private static List<ProcessHandle> processes(Process process) {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        return all;
    }

    private static void end(Process process) {
        processes(process).forEach(ProcessHandle::destroyForcibly);
    }
}
