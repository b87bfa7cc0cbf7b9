package io.github.indirec.kernels.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The driver through JCuda's jar and native library, in a process whose libcuda.so.1 ends in a driver of ours. */
class JCudaDriverTest {
    @Test
    void everyCallArrivesAtTheDriverAsItWasMade() throws Exception {
        assertEquals("all is well", lastLine(Trampoline.run(AllCalls.class)));
    }

    @Test
    void aDriverOfTooOldACudaIsToldFromOneWithoutDevicesAndFromOneThatDoesNotStart() throws Exception {
        assertAvailability("DRIVER_TOO_OLD", "11.8", 11080, 1, DriverStatus.SUCCESS);
        assertAvailability("DEVICE_ABSENT", "CUDA_VISIBLE_DEVICES", 12040, 0, DriverStatus.SUCCESS);
        assertAvailability("DEVICE_ABSENT", "CUDA_VISIBLE_DEVICES", 12040, 0, DriverStatus.NO_DEVICE);
        assertAvailability("FAILED", "CUDA_ERROR_UNKNOWN (999)", 12040, 1, DriverStatus.UNKNOWN);
        assertAvailability("USABLE", "1 device", 12000, 1, DriverStatus.SUCCESS);
    }

    private static void assertAvailability(String status, String words, int version, int devices, DriverStatus init)
            throws Exception {
        ChildJvm.Result result = Trampoline.run(Availability.class, version, devices, init).succeeds();
        assertTrue(result.output().contains("status=" + status), result.output());
        assertTrue(result.output().contains(words), result.output());
    }

    private static String lastLine(ChildJvm.Result result) {
        List<String> lines = result.succeeds().output().lines().toList();
        return lines.get(lines.size() - 1);
    }

    /** Prints the answer for a driver of some version with some devices. */
    static final class Availability {
        private Availability() {}

        public static void main(String[] arguments) {
            int version = Integer.parseInt(arguments[0]);
            int devices = Integer.parseInt(arguments[1]);
            Trampoline.install(new RecordingDriver(version, devices), DriverStatus.valueOf(arguments[2]));
            System.out.println(CudaAvailability.here());
        }
    }

    /** Makes all calls and looks at what became of them. */
    static final class AllCalls {
        private static final RecordingDriver BEHIND = new RecordingDriver(12040, 2);
        private static CudaDriver driver;

        private AllCalls() {}

        public static void main(String[] arguments) throws IOException {
            Trampoline.install(BEHIND);
            driver = CudaAvailability.open();
            devicesAndContexts();
            modules();
            memory();
            launches();
            streamsAndEvents();
            cublas();
            driver.close();
            System.out.println("all is well");
        }

        private static String last() {
            return BEHIND.log.get(BEHIND.log.size() - 1);
        }

        private static void assertStatus(DriverStatus status, String words, Executable call) {
            DriverException error = assertThrows(DriverException.class, call);
            assertEquals(status.code(), error.status());
            assertTrue(error.getMessage().contains(words), error.getMessage());
        }

        private static void devicesAndContexts() {
            assertEquals(12040, driver.version());
            assertEquals(2, driver.deviceCount());
            assertEquals(BEHIND.properties(0), driver.properties(0));
            assertStatus(DriverStatus.INVALID_DEVICE, "cuDeviceGet", () -> driver.properties(2));

            long context = driver.retainContext(1);
            assertEquals(context, driver.retainContext(1));
            driver.setCurrent(context);
            assertEquals("current 700000000010", last());
            driver.setCurrent(0);
            assertEquals("current 0", last());
            driver.releaseContext(1);
            driver.setCurrent(context);
            driver.releaseContext(1);
            assertEquals("release 1", last());
            assertStatus(DriverStatus.INVALID_HANDLE, "CUcontext", () -> driver.setCurrent(context));
        }

        private static void modules() {
            long module = driver.loadModule(ascii(".version 8.0"));
            assertEquals("load .version 8.0", last());
            long function = driver.function(module, "scale");
            assertStatus(DriverStatus.NOT_FOUND, "kernel absent", () -> driver.function(module, "absent"));
            assertStatus(DriverStatus.INVALID_PTX, "line 1: no version", () -> driver.loadModule(ascii("nonsense")));
            assertStatus(DriverStatus.INVALID_HANDLE, "CUmodule", () -> driver.function(function, "scale"));
            driver.unloadModule(module);
            assertEquals("unload", last());
            ByteBuffer block = driver.allocatePinned(8);
            assertStatus(
                    DriverStatus.INVALID_HANDLE,
                    "CUfunction",
                    () -> driver.launch(function, 1, 1, 1, 1, 1, 1, block, 8, 0));
            assertStatus(DriverStatus.INVALID_HANDLE, "CUmodule", () -> driver.unloadModule(module));
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        private static void memory() {
            assertEquals(new DeviceMemory(1 << 20, 1 << 20), driver.memory());
            long x = driver.allocate(1024);
            long y = driver.allocate(1024);
            assertEquals(RecordingDriver.BASE, x);
            assertEquals(RecordingDriver.BASE + 1024, y);
            assertStatus(DriverStatus.OUT_OF_MEMORY, "cuMemAlloc", () -> driver.allocate(1L << 40));

            ByteBuffer host = driver.allocatePinned(100);
            assertEquals(100, host.capacity());
            assertEquals(ByteOrder.nativeOrder(), host.order());
            for (int i = 0; i < 100; i++) {
                host.put(i, (byte) i);
            }
            driver.copyToDevice(x, host, 20, 80, 0);
            driver.copyOnDevice(y + 4, x, 80, 0);
            driver.fill(y + 8, 0x01020304, 2, 0);
            driver.copyToHost(host, 0, y + 4, 20, 0);
            assertEquals(20, host.get(0));
            assertEquals(0x01020304, host.getInt(4));
            assertEquals(0x01020304, host.getInt(8));
            assertEquals(32, host.get(12));
            assertEquals(20, host.get(20), "not part of the copy");

            assertThrows(IndexOutOfBoundsException.class, () -> driver.copyToHost(host, 60, x, 41, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> driver.copyToDevice(x, host, -1, 1, 0));
            assertThrows(IllegalArgumentException.class, () -> driver.copyToDevice(x, host.slice(), 0, 1, 0));
            assertStatus(DriverStatus.ILLEGAL_ADDRESS, "cuMemcpyDtoH", () -> driver.copyToHost(host, 0, 16, 4, 0));
            driver.free(y);
            assertEquals("free +1024", last());
            driver.freePinned(host);
            assertThrows(IllegalArgumentException.class, () -> driver.freePinned(host));
        }

        private static void launches() {
            long module = driver.loadModule(ascii(".version 8.0"));
            long scale = driver.function(module, "scale");
            assertEquals(scale, driver.function(module, "scale"), "asking again must not pile up handles");
            long stream = driver.createStream();
            long x = driver.allocate(16);
            // 13 bytes: what stands behind them begins at the next multiple of 8.
            ByteBuffer host = driver.allocatePinned(13);
            ByteBuffer arguments = driver.allocatePinned(16);
            host.putFloat(0, 3);
            host.putFloat(4, 5);
            driver.copyToDevice(x, host, 0, 8, stream);
            arguments.putLong(0, x).putFloat(8, 2).putInt(12, 2);
            driver.launch(scale, 7, 6, 5, 4, 3, 2, arguments, 16, stream);
            assertEquals("launch scale <7 6 5, 4 3 2> 16 bytes, stream true", last());
            driver.copyToHost(host, 0, x, 8, stream);
            driver.synchronize(stream);
            assertEquals(6, host.getFloat(0));
            assertEquals(10, host.getFloat(4));
            driver.launch(driver.function(module, "plain"), 1, 1, 1, 32, 1, 1, host, 13, 0);
            assertEquals("launch plain <1 1 1, 32 1 1> 13 bytes, stream false", last());
            assertThrows(
                    IndexOutOfBoundsException.class, () -> driver.launch(scale, 1, 1, 1, 1, 1, 1, host, 14, 0));
        }

        private static void streamsAndEvents() {
            long stream = driver.createStream();
            long start = driver.createEvent();
            long end = driver.createEvent();
            driver.recordEvent(start, stream);
            driver.recordEvent(end, stream);
            driver.synchronize(stream);
            assertEquals("synchronize true", last());
            assertEquals(1.25f, driver.elapsedMillis(start, end));
            driver.destroyEvent(start);
            assertStatus(DriverStatus.INVALID_HANDLE, "CUevent", () -> driver.recordEvent(start, stream));
            driver.destroyStream(stream);
            assertStatus(DriverStatus.INVALID_HANDLE, "CUstream", () -> driver.synchronize(stream));
        }

        /** cuBLAS is no part of the driver: where it is not installed, the answer is no, with the reason. */
        private static void cublas() throws IOException {
            try {
                JCudaLoader.shared().load("JCublas2");
            } catch (LinkageError e) {
                Cublas cublas = Cublas.open(driver, driver.createStream());
                assertTrue(cublas.product().isEmpty());
                assertTrue(cublas.reason().contains("libcublas.so.12"), cublas.reason());
            }
        }
    }
}
