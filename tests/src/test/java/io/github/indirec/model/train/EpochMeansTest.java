package io.github.indirec.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EpochMeansTest {
    @Test
    void aMeanIsThatOfTheStepsWhichHadTheMeasureInTheOrderOfNames() {
        EpochMeans means = new EpochMeans();
        means.add("rec_loss", 1);
        means.add("cl_loss", 5);
        means.add("rec_loss", 4);
        assertEquals("{cl_loss=5.0, rec_loss=2.5}", means.toMap().toString());
    }

    /** A third has no finite decimals, nor binary digits; the sums must go on bit for bit. */
    @Test
    void throughMetadataTheyGoOnBitForBit() {
        EpochMeans whole = new EpochMeans();
        EpochMeans first = new EpochMeans();
        for (int i = 1; i < 5; i++) {
            whole.add("loss", 1.0 / (3 * i));
            first.add("loss", 1.0 / (3 * i));
            whole.add("sum.odd", i);
            first.add("sum.odd", i);
        }
        Map<String, String> metadata = new HashMap<>(first.toMetadata());
        metadata.put("state.epoch", "3");
        metadata.put("config.model", "sasrec");
        EpochMeans second = EpochMeans.fromMetadata(metadata);
        assertEquals(first.toMap(), second.toMap());
        for (int i = 5; i < 9; i++) {
            whole.add("loss", 1.0 / (3 * i));
            second.add("loss", 1.0 / (3 * i));
        }
        assertEquals(whole.toMap(), second.toMap());
        assertEquals(whole.toMetadata(), second.toMetadata());
    }

    @Test
    void withoutAnyThereIsNothing() {
        assertEquals(Map.of(), EpochMeans.fromMetadata(new EpochMeans().toMetadata()).toMap());
    }
}
