package io.github.indirec.kernels.sim;

/** An instruction that computes registers from registers. */
final class Arithmetic extends Instruction {
    private final Body body;
    private final Signature.Rule rule;
    private final RegisterKind kind;
    private final int d;
    private final int a;
    private final int b;
    private final int c;
    /** Numbers of the registers read and written, for the bookkeeping of what is defined. */
    private final int[] sourceIds;

    private final int targetId;
    private final int[] slots;

    /**
     * @param slots offsets of destination and sources, as many as there are
     * @param sourceIds numbers of the sources that are registers
     */
    Arithmetic(Body body, Signature.Rule rule, RegisterKind kind, int[] slots, int targetId, int[] sourceIds) {
        super(true);
        this.body = body;
        this.rule = rule;
        this.kind = kind;
        this.slots = slots;
        d = slots[0];
        a = slots.length > 1 ? slots[1] : 0;
        b = slots.length > 2 ? slots[2] : 0;
        c = slots.length > 3 ? slots[3] : 0;
        this.targetId = targetId;
        this.sourceIds = sourceIds;
    }

    @Override
    void execute(Warp w, int active) {
        if (w.checks) {
            define(w, active);
        }
        if (active == -1) {
            body.run(w.r, w.q, w.p, d, a, b, c);
            return;
        }
        // Scratch is slot 0 of each kind.
        body.run(w.r, w.q, w.p, 0, a, b, c);
        switch (kind) {
            case INT -> {
                for (int m = active; m != 0; m &= m - 1) {
                    int lane = Integer.numberOfTrailingZeros(m);
                    w.r[d + lane] = w.r[lane];
                }
            }
            case LONG -> {
                for (int m = active; m != 0; m &= m - 1) {
                    int lane = Integer.numberOfTrailingZeros(m);
                    w.q[d + lane] = w.q[lane];
                }
            }
            default -> w.p[d] = w.p[d] & ~active | w.p[0] & active;
        }
    }

    private void define(Warp w, int active) {
        int ok = -1;
        for (int id : sourceIds) {
            ok &= w.defined[id];
        }
        if ((active & ~ok) != 0) {
            ok = lenient(w, ok);
            for (int i = 0; i < sourceIds.length && (active & ~ok) != 0; i++) {
                if ((active & ~w.defined[sourceIds[i]]) != 0) {
                    w.origin[targetId] = w.origin[sourceIds[i]];
                }
            }
        }
        w.defined[targetId] = w.defined[targetId] & ~active | ok & active;
    }

    /** Lanes whose result is defined although a source is not. */
    private int lenient(Warp w, int all) {
        if (rule == Signature.Rule.ALL) {
            return all;
        }
        int first = definedAt(w, 0);
        int second = definedAt(w, 1);
        return switch (rule) {
            case SELECT -> definedAt(w, 2) & (w.p[c] & first | ~w.p[c] & second);
            case AND -> first & second | first & ~w.p[a] | second & ~w.p[b];
            default -> first & second | first & w.p[a] | second & w.p[b];
        };
    }

    private int definedAt(Warp w, int source) {
        int id = w.code.idOf(
                rule == Signature.Rule.SELECT && source < 2 ? kind : RegisterKind.PREDICATE, slots[source + 1]);
        return id < 0 ? -1 : w.defined[id];
    }
}
