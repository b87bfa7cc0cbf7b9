package io.github.indirec.model.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import org.junit.jupiter.api.Test;

class ViewVarianceTest {
    @Test
    void itIsTheVarianceOfTheMeansAndTheTraceOfTheCovariance() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.inference(backend)) {
            Variable means = tape.constant(Shape.of(3, 2), new float[] {1, 5, 3, 5, 5, 8});
            Tensor covariance = Tensor.of(Shape.of(2, 2), 0.5f, 7, 7, 0.25f);
            ViewVariance variance = ViewVariance.of(new ViewDistribution(means, covariance));
            assertEquals(3 * 3 + 6 * 6, variance.constant(), 1e-12);
            assertEquals((4 + 0 + 4 + 1 + 1 + 4) / 3.0, variance.signal(), 1e-12);
            assertEquals(0.75, variance.noise(), 1e-12);
            assertEquals(14 / 3.0 / (14 / 3.0 + 0.75), variance.signalShare(), 1e-12);
        }
    }
}
