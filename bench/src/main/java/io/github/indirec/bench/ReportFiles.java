package io.github.indirec.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import io.github.indirec.model.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the figures go.
 *
 * @param home folder of the repository
 */
record ReportFiles(Path home) {
    private static final MarkedSection SECTION = new MarkedSection("bench");

    Path readme() {
        return home.resolve("README.md");
    }

    /** Refuses a README without its markers: better now than after half an hour of measuring. */
    void requireReadmeSection() throws IOException {
        readmeWith("");
    }

    /** Writes all figures to {@code bench/results/<name>.json}, and returns that file. */
    Path writeResults(String name, KernelReport report) throws IOException {
        Path folder = Files.createDirectories(home.resolve("bench").resolve("results"));
        Path file = folder.resolve(name + ".json");
        String json = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(report.asJson());
        AtomicFiles.write(file, json + "\n");
        return file;
    }

    /** Puts the tables into the README. */
    void writeReadme(KernelReport report) throws IOException {
        AtomicFiles.write(readme(), readmeWith(report.asMarkdown()));
    }

    private String readmeWith(String figures) throws IOException {
        try {
            return SECTION.replace(readme().toString(), Files.readString(readme()), figures);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage());
        }
    }
}
