package io.github.indirec.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.tensor.Backends;
import io.github.indirec.tensor.Shape;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.spi.Backend;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossesTest {
    @Test
    void theTotalIsTheWeightedSumAndTermsKeepNameOrderAndValue() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.recording(backend)) {
            Variable a = tape.input(Tensor.of(Shape.of(1), 3));
            Variable b = tape.input(Tensor.of(Shape.of(1), 5));
            Variable c = tape.input(Tensor.of(Shape.of(1), 7));
            Losses losses = new Losses.Sum()
                    .add("rec_loss", 1, a)
                    .add("cl_loss", 0.5, b)
                    .add("align_loss", 0, c)
                    .losses();
            assertEquals(5.5, losses.total().value().item());
            assertEquals(List.of("rec_loss", "cl_loss", "align_loss"), List.copyOf(losses.terms().keySet()));
            assertEquals(5, losses.terms().get("cl_loss").value().item(), "terms are not weighted");
            tape.backward(losses.total());
            assertEquals(1, a.gradient().item());
            assertEquals(0.5, b.gradient().item());
            assertEquals(0, c.gradient().item());
        }
    }

    @Test
    void aSingleTermHasItsWeightToo() {
        try (Backend backend = Backends.cpu(1);
                Tape tape = Tape.recording(backend)) {
            Variable a = tape.input(Tensor.of(Shape.of(1), 3));
            assertEquals(6, new Losses.Sum().add("rec_loss", 2, a).losses().total().value().item());
        }
    }
}
