package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.driver.CudaDriver;
import io.github.indirec.kernels.driver.DeviceProperties;
import io.github.indirec.kernels.sim.SimulatedDriver;
import io.github.indirec.kernels.sim.SimulatorOptions;
import io.github.indirec.model.ModelFamily;
import io.github.indirec.model.SmallModels;
import io.github.indirec.model.config.Settings;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.train.RunFolder;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.Trainer;
import io.github.indirec.model.train.TrainingListener;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.DeviceException;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that fails says what was asked of it, leaks nothing, and costs a training no more than its last checkpoint. */
@Tag("simulated")
class DeviceFailureTest {
    private static final Device SIM = Device.parse("sim");
    private static final int MIB = 1 << 20;

    @TempDir
    Path folder;

    private static SimulatedDriver driverOf(long bytes) {
        DeviceProperties d = SimulatedDriver.DEFAULT_DEVICE;
        return new SimulatedDriver(
                new DeviceProperties(
                        d.name(), d.major(), d.minor(), d.multiprocessors(), d.clockKilohertz(),
                        d.memoryClockKilohertz(), d.memoryBusBits(), bytes),
                SimulatorOptions.DEFAULT);
    }

    private static void assertSays(Exception e, String... parts) {
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), part + " in: " + e.getMessage());
        }
    }

    @Test
    void outOfMemoryNamesWhatWasAskedWhatIsFreeAndWhatHoldsIt() {
        SimulatedDriver driver = driverOf(8L * MIB);
        try (Backend backend = CudaBackend.open(driver, SIM, true)) {
            try (Tensor held = backend.allocate(DType.F32, Shape.of(MIB))) {
                DeviceException e =
                        assertThrows(DeviceException.class, () -> backend.allocate(DType.F32, Shape.of(2 * MIB)));
                assertSays(
                        e, "sim:0", "8388608 bytes", "OUT_OF_MEMORY (2)", "4194304 bytes in 1 tensors", "free on the device",
                        "batch_size");
                held.copyFrom(new float[MIB]);
            }
            backend.allocate(DType.F32, Shape.of(3 * MIB / 2)).close();
        }
        assertEquals(0, driver.allocations());
    }

    @Test
    void aPoolOfSlabsSaysTheSame() {
        SimulatedDriver driver = driverOf(100L * MIB);
        try (Backend backend = CudaBackend.open(driver, SIM, false)) {
            backend.allocate(DType.F32, Shape.of(10)).close();
            DeviceException e =
                    assertThrows(DeviceException.class, () -> backend.allocate(DType.F32, Shape.of(12 * MIB)));
            assertSays(e, "OUT_OF_MEMORY (2)", "0 bytes in 0 tensors", "ready to be lent again");
        }
        assertEquals(0, driver.allocations());
    }

    @Test
    void aKernelFaultNamesKernelGridStatusAndPlace_andEndsTheDeviceWithoutALeak() {
        SimulatedDriver driver = new SimulatedDriver();
        CudaDevice device = new CudaDevice(driver, SIM, true, family -> shifted(CudaDevice.shipped(family)));
        CudaElementwise kernels = new CudaElementwise(device);
        Tensor x = device.allocate(DType.F32, Shape.of(1000));
        x.copyFrom(new float[1000]);
        DeviceException e = assertThrows(DeviceException.class, () -> kernels.scale(2, x, x));
        assertSays(e, "kernel scale", "grid", "256 threads", "ILLEGAL_ADDRESS (700)", "PTX line", "lost");
        assertThrows(DeviceException.class, () -> kernels.add(x, x, x));
        assertThrows(DeviceException.class, x::toFloats);
        x.close();
        device.close();
        device.close();
        assertEquals(0, driver.allocations());
    }

    /** Every kernel's first parameter that is an address points nowhere. */
    private static byte[] shifted(byte[] ptx) {
        return new String(ptx, StandardCharsets.US_ASCII)
                .replaceAll("cvta\\.to\\.global\\.u64(\\s+%rd\\d+), %rd\\d+;", "mov.u64$1, 64;")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aLostDeviceEndsTrainingAndTheRunGoesOnFromItsLastCheckpoint() throws IOException {
        ModelFamily family = ModelFamily.named("sasrec");
        Settings settings = SmallModels.settings(family).with(Map.of("epochs", "2"), "test");
        SequenceDataset data = SmallModels.data();
        RunFolder whole = RunFolder.create(folder.resolve("whole"), settings, Map.of());
        SimulatedDriver counting = new SimulatedDriver();
        counting.record(true);
        train(family, counting, data, whole, false);
        long launches = counting.results().size();

        RunFolder broken = RunFolder.create(folder.resolve("broken"), settings, Map.of());
        SimulatedDriver lost = new SimulatedDriver();
        CudaDriver failing = FailingDriver.after(launches * 3 / 4, lost);
        DeviceException e =
                assertThrows(DeviceException.class, () -> train(family, failing, data, broken, false));
        assertSays(e, "LAUNCH_FAILED (719)", "fell off the bus");
        assertEquals(0, lost.allocations(), "memory that was not given back with the context");
        assertTrue(Files.exists(broken.last()), "the first epoch's checkpoint");

        RunFolder again = RunFolder.open(broken.folder());
        train(family, new SimulatedDriver(), data, again, true);
        assertArrayEquals(Files.readAllBytes(whole.last()), Files.readAllBytes(again.last()));
        assertArrayEquals(Files.readAllBytes(whole.best()), Files.readAllBytes(again.best()));
    }

    private static void train(
            ModelFamily family, CudaDriver driver, SequenceDataset data, RunFolder run, boolean resume)
            throws IOException {
        try (Backend backend = CudaBackend.open(driver, SIM, true);
                TrainableModel model = SmallModels.create(family, backend, run.settings(), data.items());
                Trainer trainer = new Trainer(model, data, run)) {
            if (resume) {
                trainer.resume();
            }
            trainer.run(TrainingListener.NONE);
        }
        if (driver instanceof SimulatedDriver simulated) {
            assertEquals(0, simulated.allocations(), "device memory left by a training");
        }
    }
}
