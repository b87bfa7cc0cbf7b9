package io.github.indirec.bench;

import io.github.indirec.model.cli.Provenance;
import io.github.indirec.tensor.cpu.VectorUnit;
import java.util.Map;

/** Where a figure was measured; without that it says nothing. */
record Machine(Map<String, Object> facts) {
    static Machine here() {
        Map<String, Object> facts = Provenance.machine();
        facts.put("vector_bits", VectorUnit.bits());
        return new Machine(facts);
    }

    Map<String, Object> asJson() {
        return facts;
    }

    /** In words: processor, cores, vector width and Java. */
    String label() {
        return facts.get("cpu") + " (" + facts.get("cores") + " cores, vectors of " + facts.get("vector_bits")
                + " bits), JDK " + facts.get("java");
    }
}
