package io.github.indirec.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.indirec.model.text.TextEncoder;
import io.github.indirec.model.text.TextEncoderProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BgeSmallEncoderTest {
    /** First numbers of the vector of "red nail polish" as langchain4j 1.20 computes it from the same file. */
    private static final float[] RED_NAIL_POLISH = {
        -0.09070205f, -0.025653984f, -0.0024693813f, 0.017470676f, 0.03358307f, -0.0001594175f, 0.0432047f, 0.03126494f
    };

    /** Processors differ in their 8-bit kernels: far more than rounding, far less than another model would. */
    private static final float PROCESSOR_TOLERANCE = 0.02f;

    private static final float NORM_TOLERANCE = 1e-6f;

    private static final List<String> TEXTS = List.of(
            "red nail polish",
            "a lacquer for finger nails, crimson",
            "The beauty item has following attributes: \n name is OPI Nail Lacquer; brand is OPI; price is unknown.",
            "",
            "soap",
            "The movie has following attributes: \n title is Raiders of the Lost Ark; year is 1981.",
            "a spanner for bicycle wheels");

    private static TextEncoder one;
    private static TextEncoder three;
    private static float[][] together;

    @BeforeAll
    static void open() throws IOException {
        one = new BgeSmallProvider().open(1);
        three = new BgeSmallProvider().open(3);
        together = one.encode(TEXTS);
    }

    @AfterAll
    static void close() {
        one.close();
        three.close();
    }

    private static float cosine(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void theProviderIsFoundAndNamesItself() {
        List<String> names = ServiceLoader.load(TextEncoderProvider.class).stream()
                .map(provider -> provider.get().name())
                .toList();
        assertTrue(names.contains(one.name()), names.toString());
        assertEquals(384, one.width());
        assertThrows(IllegalArgumentException.class, () -> new BgeSmallProvider().open(0));
    }

    @Test
    void vectorsAreThoseOfAnotherImplementation() {
        float[] vector = one.encode(List.of("red nail polish"))[0];
        for (int i = 0; i < RED_NAIL_POLISH.length; i++) {
            assertEquals(RED_NAIL_POLISH[i], vector[i], PROCESSOR_TOLERANCE, "position " + i);
        }
    }

    @Test
    void aTextHasTheSameBitsAloneAmongOthersAndOnAnyNumberOfThreads() {
        for (int i = 0; i < TEXTS.size(); i++) {
            assertArrayEquals(together[i], one.encode(List.of(TEXTS.get(i)))[0], TEXTS.get(i));
        }
        List<String> many = new ArrayList<>(TEXTS);
        Collections.reverse(many);
        float[][] parallel = three.encode(many);
        for (int i = 0; i < many.size(); i++) {
            assertArrayEquals(together[TEXTS.indexOf(many.get(i))], parallel[i], many.get(i));
        }
    }

    @Test
    void vectorsHaveLengthOne() {
        for (float[] vector : together) {
            assertEquals(384, vector.length);
            assertEquals(1, cosine(vector, vector), NORM_TOLERANCE);
        }
        assertEquals(0, one.encode(List.of()).length);
    }

    @Test
    void textsOfOneMeaningAreNearerThanOthers() {
        float[][] v = together;
        float alike = cosine(v[0], v[1]);
        assertTrue(alike > cosine(v[0], v[6]) + 0.1f, "nails and a spanner");
        assertTrue(alike > cosine(v[0], v[5]) + 0.1f, "nails and a film");
        assertTrue(cosine(v[0], v[2]) > cosine(v[5], v[2]), "the nail lacquer's prompt");
    }

    @Test
    void whatIsBeyond512PiecesDoesNotCount() {
        String full = "soap ".repeat(510);
        float[][] vectors = three.encode(List.of(full, full + "and a spanner", "soap ".repeat(509) + "spanner"));
        assertArrayEquals(vectors[0], vectors[1]);
        assertFalse(Arrays.equals(vectors[0], vectors[2]));
    }

    @Test
    void anInterruptionIsKeptForTheCaller() {
        Thread.currentThread().interrupt();
        float[][] vectors = three.encode(TEXTS);
        assertTrue(Thread.interrupted());
        assertArrayEquals(together, vectors);
    }
}
