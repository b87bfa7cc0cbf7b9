package io.github.indirec.kernels.driver;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/** A main class of the tests in a process of its own. */
public final class ChildJvm {
    private static final int SECONDS = 120;

    private final Process process;
    private final Path log;

    /** What became of it. */
    public record Result(int exit, String output) {
        public Result succeeds() {
            assertTrue(exit == 0, "exit " + exit + "\n" + output);
            return this;
        }
    }

    private ChildJvm(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts {@code java options -cp (the tests' class path) main arguments}. */
    static ChildJvm start(List<String> options, Class<?> main, Object... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx512m", "-Xshare:auto"));
        // Class paths are longer in surefire's own property: java.class.path may be a jar that names them.
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        // JUnit may come from elsewhere, as an agent of an IDE.
        URL junit = Assertions.class.getProtectionDomain().getCodeSource().getLocation();
        classPath += File.pathSeparator + Path.of(junit.toURI());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path log = Files.createTempFile("child", ".log");
        return new ChildJvm(
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start(), log);
    }

    void kill() throws Exception {
        process.destroyForcibly().waitFor();
        Files.delete(log);
    }

    Result await() throws Exception {
        boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        String output = Files.readString(log);
        Files.delete(log);
        assertTrue(ended, "the child did not end in " + SECONDS + " s\n" + output);
        return new Result(process.exitValue(), output);
    }
}
