package schuss.cli.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;
import schuss.train.Callback;
import schuss.train.Progress;
import schuss.train.Trainer;

/** Where a training run saves what it needs to continue after a crash. */
public final class CheckpointOptions {
    private static final String FOLDER = "--checkpoint";
    private static final int USUAL = 1000; // batches
    private static final String CONFIGURATION = "run.json";

    @Option(
            names = FOLDER,
            paramLabel = "DIR",
            description = "Write checkpoints here, of which the last two stay; the folder is made where there is none.")
    private Path folder;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "N",
            converter = Convert.Count.class,
            description = "Batches between checkpoints; " + USUAL + " unless given.")
    private Integer every;

    @Option(
            names = "--resume",
            description = "Go on from the newest checkpoint in --checkpoint, to the very result of a run in one go.")
    private boolean resume;

    /** Refuses what cannot be done, before anything is read. */
    public void check() {
        if (folder == null) {
            if (resume || every != null) {
                throw new BadInput((resume ? "--resume" : "--checkpoint-every")
                        + ": expected with --checkpoint DIR, got it without");
            }
            return;
        }
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new BadInput(FOLDER + ": expected a folder, got the file " + folder);
        }
        Outputs.check(FOLDER, Files.exists(folder) ? folder.resolve(CONFIGURATION) : folder);
    }

    /** An option that is given and is for one training, not for several; or null. */
    public String onlyOnce() {
        return folder == null ? null : FOLDER;
    }

    /**
     * The trainer with checkpoints as asked for.
     *
     * @param settings what to write down beside the checkpoints
     */
    public Trainer set(Trainer trainer, Map<String, Object> settings, Consumer<String> notices) {
        if (folder == null) {
            return trainer;
        }
        Trainer kept = trainer.withCheckpoints(folder, every == null ? USUAL : every);
        return (resume ? kept.withResume(folder) : kept).withCallback(new Callback() {
            private boolean written;

            /** Not earlier: a run that is refused must leave what is there alone. */
            @Override
            public void onProgress(Progress progress) {
                if (!written) {
                    written = true;
                    write(settings, notices);
                }
            }
        });
    }

    private void write(Map<String, Object> settings, Consumer<String> notices) {
        Path file = folder.resolve(CONFIGURATION);
        try {
            RunConfiguration.write(file, settings);
        } catch (IOException | IllegalArgumentException e) {
            notices.accept(FOLDER + ": " + file + ": expected to write it, got " + e.getMessage());
        }
    }
}
