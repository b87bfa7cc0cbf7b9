package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.device.KernelFamily;
import io.github.indirec.kernels.driver.ChildJvm;
import io.github.indirec.kernels.driver.CudaAvailability;
import io.github.indirec.kernels.driver.Trampoline;
import io.github.indirec.kernels.sim.SimulatedDriver;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.DeviceException;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The whole way of a kernel as on a machine with a GPU: device layer, our driver, JCuda's jar, JCuda's native library,
 * libcuda.so.1, shipped PTX. Only the last is the simulator's.
 */
@Tag("simulated")
class JCudaOnSimulatorTest {
    @Test
    void aShippedKernelComputesAndAFaultOfItsArrivesAsTheDriversStatus() throws Exception {
        ChildJvm.Result result = Trampoline.run(Products.class).succeeds();
        assertTrue(result.output().endsWith("all is well\n"), result.output());
    }

    /** A product of matrices, and a kernel that reads past its memory. */
    static final class Products {
        private static final int M = 37;
        private static final int N = 70;
        private static final int K = 33;

        private Products() {}

        public static void main(String[] arguments) {
            Trampoline.install(new SimulatedDriver());
            assertTrue(CudaAvailability.here().usable(), CudaAvailability.here().reason());
            try (CudaDevice device = new CudaDevice(CudaAvailability.open(), Device.parse("cuda:0"), true)) {
                assertEquals(SimulatedDriver.DEFAULT_DEVICE, device.properties());
                product(device);
                fault(device);
            }
            System.out.println("all is well");
        }

        private static Tensor tensor(CudaDevice device, float[] values, int rows, int columns) {
            Tensor tensor = device.allocate(DType.F32, Shape.of(rows, columns));
            tensor.copyFrom(values);
            return tensor;
        }

        private static float[] random(long seed, int count) {
            Random random = new Random(seed);
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = random.nextFloat() - 0.5f;
            }
            return values;
        }

        private static void product(CudaDevice device) {
            float[] a = random(1, M * K);
            float[] b = random(2, K * N);
            float[] expected = new float[M * N];
            for (int i = 0; i < M; i++) {
                for (int j = 0; j < N; j++) {
                    for (int p = 0; p < K; p++) {
                        expected[i * N + j] = Math.fma(a[i * K + p], b[p * N + j], expected[i * N + j]);
                    }
                }
            }
            try (Tensor c = device.allocate(DType.F32, Shape.of(M, N));
                    Tensor left = tensor(device, a, M, K);
                    Tensor right = tensor(device, b, K, N)) {
                new CudaLinalg(device).gemm(false, false, 1, left, right, 0, c);
                // The kernel adds over k in order, as this loop does.
                assertArrayEquals(expected, c.toFloats());
            }
        }

        private static void fault(CudaDevice device) {
            Tensor x = tensor(device, new float[64], 8, 8);
            DeviceException error = assertThrows(DeviceException.class, () -> {
                new KernelFamily(device, "elementwise").launch("scale").f32(2).tensor(x).i32(65).tensor(x).run(1, 128);
                device.synchronize();
            });
            assertTrue(error.getMessage().contains("CUDA_ERROR_ILLEGAL_ADDRESS (700)"), error.getMessage());
        }
    }
}
