package io.github.indirec.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.sim.LaunchResult;
import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.ShapeException;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.DiffusionKernels;
import io.github.indirec.tensor.spi.DiffusionKernels.Chain;
import io.github.indirec.tensor.spi.DiffusionKernels.MlpChain;
import io.github.indirec.tensor.spi.DiffusionKernels.Steps;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class CudaDiffusionTest extends DeviceTest {
    private static final int STEPS = 3;

    private void same(String what, BiFunction<DiffusionKernels, Place, List<Tensor>> op) {
        compare(what, Backend::diffusion, CudaDiffusion::new, SAME_BITS, SAME_BITS, op);
    }

    private static float[] scales(int seed) {
        Random random = new Random(seed);
        float[] scales = new float[STEPS];
        for (int t = 0; t < STEPS; t++) {
            scales[t] = 0.2f + 0.6f * random.nextFloat();
        }
        return scales;
    }

    @Test
    void noisingAndItsGradientHaveTheCpusBits() {
        for (int[] shape : new int[][] {{1, 1}, {5, 33}, {40, 64}, {0, 8}}) {
            same("qSample of " + Arrays.toString(shape), (k, place) -> {
                int[] t = integers(3, shape[0], STEPS);
                Tensor out = place.out(shape);
                Tensor dx0 = place.out(shape);
                k.qSample(place.in(normals(1, shape)), place.in(normals(2, shape)), scales(1), scales(2), t, out);
                k.qSampleBackward(place.in(normals(4, shape)), scales(1), t, dx0);
                return List.of(out, dx0);
            });
        }
    }

    private static Chain chain(Place place, int rows, int width, int stop) {
        float[] wx = normals(1, width, width).toFloats();
        for (int i = 0; i < wx.length; i++) {
            wx[i] *= 0.5f / (float) Math.sqrt(width);
        }
        return new Chain(
                place.in(Tensor.of(Shape.of(width, width), wx)),
                place.in(normals(2, rows, width)),
                place.in(normals(3, STEPS, width)),
                steps(stop));
    }

    private static Steps steps(int stop) {
        RandomKey[] keys = new RandomKey[STEPS];
        for (int t = 1; t < STEPS; t++) {
            keys[t] = new RandomKey(-5L << 33, 100 + t, 9);
        }
        return new Steps(scales(1), scales(2), scales(3), new RandomKey(7, 99, 9), keys, stop);
    }

    private void chainHasTheCpusBits(int rows, int width, int stop) {
        same("chain of " + rows + " x " + width + " to step " + stop, (k, place) -> {
            Tensor x = place.out(rows, width);
            k.reverseChain(chain(place, rows, width, stop), x);
            return List.of(x);
        });
    }

    @Test
    void aChainWithItsMatrixInSharedMemoryHasTheCpusBits() {
        int[][] shapes = {{1, 1}, {33, 2}, {5, 33}, {9, 64}, {6, 65}, {6, 96}, {0, 16}};
        for (int[] shape : shapes) {
            chainHasTheCpusBits(shape[0], shape[1], 0);
        }
    }

    @Test
    void aChainThatStreamsItsMatrixHasTheCpusBits() {
        chainHasTheCpusBits(9, 97, 0);
        chainHasTheCpusBits(3, 100, 0);
        chainHasTheCpusBits(2, 260, 0);
        // Seven rows of 520 values fill a block.
        chainHasTheCpusBits(8, 513, 2);
    }

    @Test
    void aChainStopsWhereItIsAskedTo() {
        chainHasTheCpusBits(2, 12, 1);
        chainHasTheCpusBits(2, 12, STEPS - 1);
        chainHasTheCpusBits(2, 104, 1);
    }

    @Test
    void aChainIsOneLaunchThatReadsItsWeightsOnceForAllSteps() {
        int rows = 16;
        int width = 64;
        withDevice(1, device -> {
            CudaDiffusion kernels = new CudaDiffusion(device);
            Tensor x = undefined(device, rows, width);
            long all = loadBytes(device, () -> kernels.reverseChain(chain(on(device, 0), rows, width, 0), x));
            long last = loadBytes(device, () -> kernels.reverseChain(chain(on(device, 0), rows, width, STEPS - 1), x));
            long weights = (long) Float.BYTES * width * width;
            assertTrue(last >= weights, last + " bytes of one step hold the weights, " + weights);
            assertTrue(all - last < weights / 2, (all - last) + " bytes more for " + (STEPS - 1) + " more steps");
        });
    }

    private static long loadBytes(CudaDevice device, Runnable op) {
        List<LaunchResult> launches = launches(device, op);
        assertEquals(1, launches.size());
        return launches.get(0).counters().loadBytes();
    }

    @Test
    void moreColumnsThanABlockHoldsAreRefused() {
        withDevice(1, device -> {
            Tensor x = undefined(device, 1, 4097);
            Chain chain = new Chain(null, null, null, null);
            var thrown = assertThrows(ShapeException.class, () -> new CudaDiffusion(device).reverseChain(chain, x));
            assertTrue(thrown.getMessage().contains("4097 columns"), thrown.getMessage());
            Tensor w1 = undefined(device, 8160, 1);
            MlpChain mlp = new MlpChain(w1, null, null, null, null, null, 2, null);
            Tensor wide = undefined(device, 1, 33);
            thrown = assertThrows(ShapeException.class, () -> new CudaDiffusion(device).reverseChain(mlp, wide));
            assertTrue(thrown.getMessage().contains("8160 hidden"), thrown.getMessage());
        });
    }

    private void mlpChainHasTheCpusBits(int rows, int width, int inner, int stop) {
        String what = "chain of " + rows + " x " + width + " with " + inner + " hidden values to step " + stop;
        same(what, (k, place) -> {
            Tensor x = place.out(rows, width);
            MlpChain chain = new MlpChain(
                    place.in(normals(1, inner, width)),
                    place.in(normals(2, rows, inner)),
                    place.in(normals(3, STEPS, inner)),
                    place.in(normals(4, STEPS, inner)),
                    place.in(contracting(width, inner)),
                    place.in(normals(6, width)),
                    1.3,
                    steps(stop));
            k.reverseChain(chain, x);
            return List.of(x);
        });
    }

    /** Small enough that a chain of a few steps does not grow beyond all numbers. */
    private static Tensor contracting(int width, int inner) {
        float[] values = normals(5, width, inner).toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] /= inner;
        }
        return Tensor.of(Shape.of(width, inner), values);
    }

    @Test
    void aPerceptronsChainHasTheCpusBits() {
        int[][] shapes = {{1, 1, 2}, {9, 2, 3}, {3, 33, 66}, {9, 64, 128}, {5, 16, 7}, {0, 16, 32}};
        for (int[] shape : shapes) {
            mlpChainHasTheCpusBits(shape[0], shape[1], shape[2], 0);
        }
    }

    @Test
    void aWidePerceptronsChainHasTheCpusBits() {
        mlpChainHasTheCpusBits(3, 65, 130, 0);
        mlpChainHasTheCpusBits(9, 128, 256, 1);
        mlpChainHasTheCpusBits(2, 129, 258, 0);
        mlpChainHasTheCpusBits(1, 260, 520, STEPS - 2);
        // Seven rows of 384 + 768 values fill a block.
        mlpChainHasTheCpusBits(8, 384, 768, STEPS - 1);
    }

    @Test
    void aPerceptronsChainStopsWhereItIsAskedTo() {
        mlpChainHasTheCpusBits(2, 12, 24, 1);
        mlpChainHasTheCpusBits(2, 12, 24, STEPS - 1);
        mlpChainHasTheCpusBits(2, 66, 24, 1);
    }
}
