package io.github.indirec.model.items;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.autograd.Tape;
import io.github.indirec.autograd.Variable;
import io.github.indirec.model.InitialWeights;
import java.util.List;

/** Items known by id alone: E is a parameter. */
public final class IdTable implements ItemTable {
    private final Parameter ids;

    /** A table of zeros. */
    public IdTable(Parameters parameters, int items, int size) {
        this.ids = parameters.create(IDS + ".weight", items + 2, size);
    }

    @Override
    public Variable on(Tape tape) {
        return tape.leaf(ids);
    }

    @Override
    public Parameter ids() {
        return ids;
    }

    /** N(0, range^2), the padding row included. */
    @Override
    public void initialize(long seed, double range) {
        InitialWeights.normal(ids, range, seed, 0);
    }

    @Override
    public List<AffineMap> newItemMaps(Tape tape) {
        return List.of();
    }
}
