package io.github.indirec.model.cli;

import io.github.indirec.model.data.SequenceDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a result comes from: version, commit, Java, machine, data. */
public final class Provenance {
    private Provenance() {}

    /** The version in the jar's manifest. */
    static String version() {
        String version = Provenance.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** The commit that is checked out where the launcher lies, read from the files of its repository. */
    static Optional<String> commit() {
        String home = System.getProperty("indirec.home");
        if (home == null) {
            return Optional.empty();
        }
        try {
            Path git = Path.of(home, ".git");
            String head = Files.readString(git.resolve("HEAD")).strip();
            if (!head.startsWith("ref: ")) {
                return Optional.of(head);
            }
            String name = head.substring("ref: ".length());
            Path loose = git.resolve(name);
            if (Files.exists(loose)) {
                return Optional.of(Files.readString(loose).strip());
            }
            return Files.readAllLines(git.resolve("packed-refs")).stream()
                    .filter(line -> line.endsWith(" " + name))
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .findFirst();
        } catch (IOException e) {
            // A downloaded archive has no repository.
            return Optional.empty();
        }
    }

    static String java() {
        return Runtime.version() + " (" + System.getProperty("java.vendor") + ")";
    }

    static String operatingSystem() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
    }

    /** The processor's name where the system tells it in a file or variable, else its architecture. */
    static String processor() {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
            Optional<String> name = lines.stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
            if (name.isPresent()) {
                return name.get();
            }
        } catch (IOException e) {
            // Not Linux.
        }
        String windows = System.getenv("PROCESSOR_IDENTIFIER");
        return windows == null ? System.getProperty("os.arch") : windows;
    }

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Version and machine, as a manifest has them. */
    public static Map<String, Object> machine() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("version", version());
        commit().ifPresent(commit -> map.put("commit", commit));
        map.put("java", java());
        map.put("os", operatingSystem());
        map.put("cpu", processor());
        map.put("cores", cores());
        return map;
    }

    /** Which data, and what they are in numbers. */
    static Map<String, Object> data(SequenceDataset data) {
        SequenceDataset.Statistics s = data.statistics();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("data", data.name());
        map.put("file", data.file());
        map.put("sha256", data.sha256());
        map.put("users", s.users());
        map.put("items", s.items());
        map.put("max_item", s.maxItem());
        map.put("interactions", s.interactions());
        map.put("mean_length", s.meanLength());
        map.put("shortest", s.shortest());
        map.put("longest", s.longest());
        map.put("sparsity", s.sparsity());
        map.put("users_with_repeats", s.usersWithRepeats());
        map.put("test_targets_seen", s.testTargetsSeen());
        return map;
    }
}
