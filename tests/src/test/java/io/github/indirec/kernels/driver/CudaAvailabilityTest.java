package io.github.indirec.kernels.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.indirec.kernels.driver.CudaAvailability.Status;
import io.github.indirec.tensor.DeviceException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaAvailabilityTest {
    @TempDir
    Path temporary;

    /** A class path without some of its entries. */
    private static ClassLoader without(Predicate<String> hidden) {
        return new ClassLoader(CudaAvailabilityTest.class.getClassLoader()) {
            @Override
            public InputStream getResourceAsStream(String name) {
                return hidden.test(name) ? null : super.getResourceAsStream(name);
            }
        };
    }

    private CudaAvailability probe(ClassLoader parent) {
        return CudaAvailability.probe(new JCudaLoader(parent, temporary));
    }

    @Test
    void withoutJCudaTheReasonNamesItsArtifact() {
        CudaAvailability answer = probe(without(name -> name.startsWith("jcuda/")));
        assertEquals(Status.JCUDA_ABSENT, answer.status());
        assertTrue(answer.reason().contains("org.jcuda:jcuda"), answer.reason());
        assertFalse(answer.usable());
    }

    @Test
    void withoutNativeLibrariesForThePlatformTheReasonNamesTheFileAndItsArtifact() {
        CudaAvailability answer = probe(without(name -> name.startsWith("lib/")));
        assertEquals(Status.NATIVES_ABSENT, answer.status());
        assertTrue(answer.reason().contains("JCudaDriver-12.6.0"), answer.reason());
        assertTrue(answer.reason().contains("org.jcuda:jcuda-natives"), answer.reason());
    }

    @Test
    void whereNothingCanBeUnpackedTheReasonSaysSo() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));
        CudaAvailability answer = CudaAvailability.probe(new JCudaLoader(without(name -> false), file));
        assertEquals(Status.NATIVES_NOT_UNPACKED, answer.status(), answer.reason());
        assertTrue(answer.reason().contains(file.toString()), answer.reason());
    }

    @Test
    void withoutADriverTheReasonSaysSoAndAskingAgainGivesTheSameAnswer() {
        assumeNoDriver();
        CudaAvailability answer = CudaAvailability.here();
        assertEquals(Status.DRIVER_ABSENT, answer.status(), answer.reason());
        assertTrue(answer.reason().contains("r525"), answer.reason());
        assertSame(answer, CudaAvailability.here());
        DeviceException error = assertThrows(DeviceException.class, CudaAvailability::open);
        assertTrue(error.getMessage().contains(answer.reason()), error.getMessage());
    }

    @Test
    void jcudaIsDefinedApartFromTheApplications() throws Exception {
        Class<?> ours = JCudaLoader.shared().loadClass("jcuda.Pointer");
        assertNotSame(Class.forName("jcuda.Pointer", false, getClass().getClassLoader()), ours);
        assertSame(ours, JCudaLoader.shared().loadClass("jcuda.Pointer"));
        assertSame(CudaDriver.class, JCudaLoader.shared().loadClass(CudaDriver.class.getName()));
    }

    @Test
    void whatAnInterruptedProcessLeftUnderJCudasFixedNameIsNotTouched() throws Exception {
        assumeNoDriver();
        // 64 KB of 1.2 MB: dlopen of it ended the JVM by SIGBUS.
        Path fixed = temporary.resolve("libJCudaDriver-12.6.0-linux-x86_64.so");
        try (InputStream in = getClass().getResourceAsStream("/lib/" + fixed.getFileName())) {
            Files.write(fixed, in.readNBytes(1 << 16));
        }
        ChildJvm.Result result = ChildJvm.start(List.of("-Djava.io.tmpdir=" + temporary), Probe.class)
                .await()
                .succeeds();
        assertTrue(result.output().contains("DRIVER_ABSENT"), result.output());
        assertEquals(1 << 16, Files.size(fixed));
    }

    /** Prints the answer. */
    static final class Probe {
        private Probe() {}

        public static void main(String[] arguments) {
            System.out.println(CudaAvailability.here());
        }
    }

    private static void assumeNoDriver() {
        boolean linux = System.getProperty("os.name").startsWith("Linux");
        assumeTrue(linux && System.getProperty("os.arch").equals("amd64"), "needs Linux on x86_64");
        boolean driver = Files.exists(Path.of("/dev/nvidiactl"))
                || Files.exists(Path.of("/usr/lib/x86_64-linux-gnu/libcuda.so.1"))
                || Files.exists(Path.of("/usr/lib64/libcuda.so.1"));
        assumeTrue(!driver, "needs a machine without an NVIDIA driver");
    }
}
