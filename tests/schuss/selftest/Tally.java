package schuss.selftest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts the cases of each test method, and tells of those that fail and of methods that are through, at once. */
final class Tally {
    private static final int TOLD = 5; // failures of a method
    private static final long QUIET = 10_000_000_000L; // nanoseconds after which it says how far it is

    private final int part;
    private final Map<String, Count> counts = new LinkedHashMap<>();
    private final Map<String, String> texts = new LinkedHashMap<>(); // of what is under way, by id
    private long spoke = System.nanoTime();

    private static final class Count {
        private int cases;
        private int failed;
        private int skipped;
        private String reason = "";
        private double seconds;
    }

    Tally(int part) {
        this.part = part;
    }

    void add(Event event) {
        Count count = counts.computeIfAbsent(event.name(), name -> new Count());
        switch (event.kind()) {
            case BEGUN -> texts.put(event.id(), event.text());
            case PASSED, FAILED, SKIPPED -> {
                ended(event, count, texts.remove(event.id()));
                if (isWhole(event.id())) {
                    say(check(event.name(), count).toString());
                }
            }
            case OVER -> {
                texts.remove(event.id());
                if (count.cases > 0) {
                    say(check(event.name(), count).toString());
                }
            }
            case END -> counts.remove(event.name()); // of no test
        }
        if (System.nanoTime() - spoke > QUIET) {
            say("      " + event.name() + ": " + count.cases + " cases so far, " + count.failed + " failed");
        }
    }

    private void ended(Event event, Count count, String text) {
        if (isTest(event.id())) {
            count.cases++;
            count.seconds += event.seconds();
        }
        if (event.kind() == Event.Kind.SKIPPED) {
            count.skipped++;
            count.reason = event.text();
        } else if (event.kind() == Event.Kind.FAILED && ++count.failed <= TOLD) {
            say("FAILED " + event.name() + ", " + text + ": " + event.text());
        }
    }

    /** Whether it is one of many of its method, or a method that is a test itself. */
    private static boolean isTest(String id) {
        return isWhole(id) || id.contains("[dynamic-test:") || id.contains("[test-template-invocation:");
    }

    private static boolean isWhole(String id) {
        return id.substring(id.lastIndexOf('/') + 1).startsWith("[method:");
    }

    private void say(String line) {
        System.out.println(line);
        spoke = System.nanoTime();
    }

    /** Tests that have ended. */
    int cases() {
        return counts.values().stream().mapToInt(c -> c.cases).sum();
    }

    List<SelfCheck> checks() {
        return counts.entrySet().stream()
                .filter(e -> e.getValue().cases + e.getValue().failed + e.getValue().skipped > 0)
                .map(e -> check(e.getKey(), e.getValue()))
                .toList();
    }

    private SelfCheck check(String name, Count c) {
        String skipped = c.skipped > 0 ? c.skipped + " skipped: " + c.reason : "ok";
        String result = c.failed > 0 ? c.failed + " FAILED" + (c.skipped > 0 ? ", " + skipped : "") : skipped;
        return new SelfCheck(part, name, c.cases, result, c.failed > 0, c.seconds);
    }
}
