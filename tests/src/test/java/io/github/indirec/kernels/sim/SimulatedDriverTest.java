package io.github.indirec.kernels.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.kernels.driver.DeviceProperties;
import io.github.indirec.kernels.driver.DriverException;
import io.github.indirec.kernels.driver.DriverStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The simulator behaves as a driver does, its mistakes included: statuses, lost contexts, out of memory. */
class SimulatedDriverTest {
    private static final long MEMORY = 1 << 16;
    private static final String ADD_ONE =
            """
            ld.param.u64 %rd1, [x];
            mov.u32 %r1, %tid.x;
            mul.wide.u32 %rd2, %r1, 4;
            add.s64 %rd3, %rd1, %rd2;
            ld.global.u32 %r2, [%rd3];
            add.u32 %r2, %r2, 1;
            st.global.u32 [%rd3], %r2;
            ret;
            """;

    private final SimulatedDriver driver =
            new SimulatedDriver(new DeviceProperties("test", 7, 5, 1, 0, 0, 0, MEMORY), SimulatorOptions.DEFAULT);
    private long context;

    @BeforeEach
    void retain() {
        context = driver.retainContext(0);
        driver.setCurrent(context);
    }

    @AfterEach
    void release() {
        driver.releaseContext(0);
        driver.close();
    }

    private static void fails(DriverStatus status, String detail, Executable call) {
        DriverException thrown = assertThrows(DriverException.class, call);
        assertEquals(status.code(), thrown.status(), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(detail), thrown.getMessage());
    }

    private long kernel(String body) {
        byte[] ptx = VectorRunner.kernel(".param .u64 x", body).getBytes(StandardCharsets.UTF_8);
        return driver.function(driver.loadModule(ptx), "k");
    }

    private void launch(long function, long x, int threads, long stream) {
        ByteBuffer arguments = driver.allocatePinned(8);
        arguments.putLong(0, x);
        driver.launch(function, 1, 1, 1, threads, 1, 1, arguments, 8, stream);
    }

    @Test
    void copiesLaunchesAndCopiesBack() {
        long stream = driver.createStream();
        long x = driver.allocate(128);
        long y = driver.allocate(128);
        assertEquals(0, x % 256);
        ByteBuffer host = driver.allocatePinned(128);
        for (int i = 0; i < 32; i++) {
            host.putInt(4 * i, i);
        }
        driver.copyToDevice(x, host, 0, 128, stream);
        launch(kernel(ADD_ONE), x, 32, stream);
        driver.copyOnDevice(y, x, 128, stream);
        driver.fill(y + 4, 77, 2, stream);
        ByteBuffer back = driver.allocatePinned(132);
        driver.copyToHost(back, 4, y, 128, stream);
        driver.synchronize(stream);
        assertEquals(1, back.getInt(4));
        assertEquals(77, back.getInt(8));
        assertEquals(77, back.getInt(12));
        assertEquals(32, back.getInt(128));
        long event = driver.createEvent();
        driver.recordEvent(event, stream);
        assertEquals(0f, driver.elapsedMillis(event, event));
        driver.destroyEvent(event);
        driver.destroyStream(stream);
        driver.free(x);
        assertEquals(1, driver.allocations());
    }

    @Test
    void copiesOnTheDeviceKeepWhatWasNeverWritten() {
        long x = driver.allocate(64);
        long y = driver.allocate(64);
        ByteBuffer host = driver.allocatePinned(64);
        for (int i = 0; i < 16; i++) {
            host.putInt(4 * i, i);
        }
        driver.copyToDevice(x, host, 0, 32, 0);
        driver.copyOnDevice(y, x, 64, 0);
        long function = kernel(ADD_ONE);
        launch(function, y, 8, 0);
        driver.copyOnDevice(y + 1, y, 7, 0);
        driver.simulator().label(y, "the copy");
        fails(DriverStatus.LAUNCH_FAILED, "nobody had written", () -> launch(function, y, 9, 0));
        driver.releaseContext(0);
        driver.retainContext(0);
    }

    @Test
    void aFaultLosesTheContextUntilItIsReleased() {
        long x = driver.allocate(64);
        long function = kernel(ADD_ONE);
        driver.fill(x, 0, 16, 0);
        fails(DriverStatus.ILLEGAL_ADDRESS, "kernel k", () -> launch(function, x, 32, 0));
        fails(DriverStatus.ILLEGAL_ADDRESS, "lost", () -> driver.synchronize(0));
        fails(DriverStatus.ILLEGAL_ADDRESS, "lost", () -> driver.allocate(4));
        driver.releaseContext(0);
        context = driver.retainContext(0);
        assertEquals(0, driver.allocations());
        driver.free(driver.allocate(4));
    }

    @Test
    void otherFaultsHaveTheirStatuses() {
        long function = kernel("ld.param.u64 %rd1, [x]; ld.global.v2.u32 {%r1, %r2}, [%rd1+4]; ret;");
        long x = driver.allocate(64);
        fails(DriverStatus.MISALIGNED_ADDRESS, "no multiple of 8", () -> launch(function, x, 1, 0));
    }

    @Test
    void aReportWithoutFaultFailsTheLaunch() {
        long function = kernel("ld.param.u64 %rd1, [x]; st.global.u32 [%rd1], 1; ret;");
        long x = driver.allocate(64);
        fails(DriverStatus.LAUNCH_FAILED, "RACE", () -> launch(function, x, 2, 0));
    }

    @Test
    void memoryRunsOut() {
        assertEquals(MEMORY, driver.memory().total());
        long half = driver.allocate(MEMORY / 2);
        assertEquals(MEMORY / 2, driver.memory().free());
        fails(DriverStatus.OUT_OF_MEMORY, "", () -> driver.allocate(MEMORY / 2 + 1));
        driver.free(half);
        driver.free(driver.allocate(MEMORY));
        fails(DriverStatus.INVALID_VALUE, "", () -> driver.free(half));
        fails(DriverStatus.INVALID_VALUE, "", () -> driver.allocate(0));
    }

    @Test
    void whatIsWrongIsRefused() {
        byte[] bad = VectorRunner.kernel("", "frobnicate;").getBytes(StandardCharsets.UTF_8);
        fails(DriverStatus.INVALID_PTX, "frobnicate", () -> driver.loadModule(bad));
        byte[] newer = VectorRunner.kernel("", "ret;").replace("sm_75", "sm_80").getBytes(StandardCharsets.UTF_8);
        fails(DriverStatus.NO_BINARY_FOR_GPU, "sm_80", () -> driver.loadModule(newer));
        long module = driver.loadModule(VectorRunner.kernel("", "ret;").getBytes(StandardCharsets.UTF_8));
        fails(DriverStatus.NOT_FOUND, "other", () -> driver.function(module, "other"));
        long function = driver.function(module, "k");
        ByteBuffer none = driver.allocatePinned(1);
        fails(DriverStatus.INVALID_VALUE, "1024", () -> driver.launch(function, 1, 1, 1, 2048, 1, 1, none, 0, 0));
        fails(DriverStatus.INVALID_VALUE, "grid", () -> driver.launch(function, 0, 1, 1, 32, 1, 1, none, 0, 0));
        driver.unloadModule(module);
        fails(DriverStatus.INVALID_HANDLE, "", () -> driver.launch(function, 1, 1, 1, 32, 1, 1, none, 0, 0));
        fails(DriverStatus.INVALID_HANDLE, "", () -> driver.synchronize(12345));
        fails(DriverStatus.INVALID_DEVICE, "", () -> driver.properties(1));
        driver.setCurrent(0);
        fails(DriverStatus.INVALID_CONTEXT, "", () -> driver.allocate(4));
    }

    @Test
    void resultsAreKeptOnRequest() {
        long x = driver.allocate(128);
        driver.fill(x, 0, 32, 0);
        long function = kernel(ADD_ONE);
        launch(function, x, 32, 0);
        assertEquals(0, driver.results().size());
        driver.record(true);
        launch(function, x, 32, 0);
        assertEquals(4, driver.results().get(0).counters().loadSectors());
        assertEquals(0, driver.results().size());
    }
}
