package io.github.indirec.model.items;

import io.github.indirec.model.linalg.SymmetricEigen;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.Tensor;
import io.github.indirec.tensor.TensorScope;
import io.github.indirec.tensor.spi.Backend;
import java.util.Arrays;

/**
 * The coordinates of vectors along their D directions of greatest variance: (V - mean) U with U the first D
 * eigenvectors of the covariance. LLM-ESR starts its ID embedding from these.
 */
final class PrincipalComponents {
    private PrincipalComponents() {}

    /**
     * The components [I x D], scaled as a whole, so that the directions keep their proportions: their root mean square
     * is {@code range}, what random ID rows have.
     *
     * @param vectors [W x I], a column an item; W at least {@code size}
     */
    static float[] of(Backend backend, Tensor vectors, int size, double range) {
        int width = vectors.shape().dim(0);
        int items = vectors.shape().dim(1);
        if (width < size) {
            throw new IllegalArgumentException("id_init is pca, but vectors of width " + width + " have fewer directions"
                    + " than hidden_size, which is " + size + "; set id_init=random or a smaller hidden_size");
        }
        try (TensorScope scope = new TensorScope(backend)) {
            Tensor centred = scope.allocate(DType.F32, width, items);
            centred.copyFrom(CentredVectors.of(vectors.toFloats(), items).columns());
            Tensor scatter = scope.allocate(DType.F32, width, width);
            backend.linalg().gemm(false, true, 1, centred, centred, 0, scatter);
            double[] axes = SymmetricEigen.of(scatter.toDoubles(), width).vectors();
            Tensor directions = scope.allocate(DType.F32, size, width);
            directions.copyFrom(Arrays.copyOf(axes, size * width));
            Tensor components = scope.allocate(DType.F32, items, size);
            backend.linalg().gemm(true, true, 1, centred, directions, 0, components);
            return scaled(components.toFloats(), range);
        }
    }

    private static float[] scaled(float[] components, double range) {
        double squares = 0;
        for (float component : components) {
            squares += (double) component * component;
        }
        if (!(squares > 0)) {
            throw new IllegalArgumentException("id_init is pca, but all item vectors are equal: they have no directions;"
                    + " set id_init=random or give vectors of the items' texts");
        }
        double factor = range / Math.sqrt(squares / components.length);
        for (int i = 0; i < components.length; i++) {
            components[i] = (float) (factor * components[i]);
        }
        return components;
    }
}
