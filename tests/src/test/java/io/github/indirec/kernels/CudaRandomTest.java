package io.github.indirec.kernels;

import io.github.indirec.tensor.RandomKey;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.List;
import org.junit.jupiter.api.Test;

class CudaRandomTest extends DeviceTest {
    @Test
    void normalNumbersHaveTheCpusBitsWhateverTheWidth() {
        for (int[] shape : new int[][] {{0, 8}, {1, 1}, {3, 5}, {40, 64}, {2, 1026}, {700, 2}}) {
            compare(
                    "normal of " + shape[0] + " x " + shape[1],
                    Backend::random,
                    CudaRandom::new,
                    SAME_BITS,
                    SAME_BITS,
                    (kernels, place) -> {
                        Tensor out = place.out(shape);
                        kernels.normal(new RandomKey(0x9e3779b97f4a7c15L, 3, 99), 12345, out);
                        return List.of(out);
                    });
        }
    }
}
