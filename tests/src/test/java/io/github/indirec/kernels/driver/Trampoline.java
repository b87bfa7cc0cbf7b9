package io.github.indirec.kernels.driver;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * JCuda without a GPU: a process in which libcuda.so.1 is src/test/c/libcuda.c, built when it is needed, and behind it
 * a {@link CudaDriver} in Java. So a call goes from our driver through JCuda's jar, JCuda's own native library and the
 * driver's C interface, and what arrives can be looked at.
 *
 * <p>In a test: {@code Trampoline.run(SomeMain.class, arguments)}. In that main class, first of all:
 * {@link #install(CudaDriver)}; then {@code CudaAvailability.open()} as on a machine with a GPU.
 */
public final class Trampoline {
    private static final String LIBRARY = "indirec.trampoline";

    private Trampoline() {}

    /** Runs a main class in a process with our libcuda.so.1; skips the test where that cannot be built. */
    public static ChildJvm.Result run(Class<?> main, Object... arguments) throws Exception {
        Path folder = Files.createTempDirectory("trampoline");
        try {
            Path library = build(folder);
            List<String> options = List.of(
                    "-D" + LIBRARY + "=" + library,
                    "-Djava.io.tmpdir=" + folder,
                    "--add-modules=jdk.incubator.vector",
                    "--enable-native-access=ALL-UNNAMED");
            return ChildJvm.start(options, main, arguments).await();
        } finally {
            delete(folder);
        }
    }

    /** Makes a driver in Java the driver of this process; before any use of CUDA in it. */
    public static void install(CudaDriver driver) {
        install(driver, DriverStatus.SUCCESS);
    }

    /** As {@link #install(CudaDriver)}, with another answer of cuInit. */
    static void install(CudaDriver driver, DriverStatus init) {
        TrampolineCalls.to(driver, init.code());
        System.load(System.getProperty(LIBRARY));
        bind(TrampolineCalls.class);
    }

    private static native void bind(Class<?> calls);

    private static Path build(Path folder) throws Exception {
        assumeTrue(
                System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64"),
                "the trampoline needs Linux on x86_64");
        Path include = Path.of(System.getProperty("java.home"), "include");
        assumeTrue(Files.exists(include.resolve("jni.h")), "the trampoline needs jni.h, not found in " + include);
        Path library = folder.resolve("libcuda.so.1");
        List<String> command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"));
        command.addAll(List.of("-Wl,-soname,libcuda.so.1", "-I" + include, "-I" + include.resolve("linux")));
        command.addAll(List.of("-o", library.toString(), Path.of("src/test/c/libcuda.c").toAbsolutePath().toString()));
        Path log = folder.resolve("cc.log");
        Process compiler = null;
        try {
            compiler = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        } catch (IOException e) {
            assumeTrue(false, "the trampoline needs a C compiler: " + e.getMessage());
        }
        assertTrue(compiler.waitFor() == 0, () -> read(log));
        return library;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
