package io.github.indirec.model;

import io.github.indirec.autograd.Parameter;
import io.github.indirec.autograd.Parameters;
import io.github.indirec.model.data.SequenceDataset;
import io.github.indirec.model.diffusion.Diffusion;
import io.github.indirec.model.encoder.SequenceModel;
import io.github.indirec.model.train.TrainableModel;
import io.github.indirec.model.train.TrainingConfig;
import io.github.indirec.tensor.DType;
import io.github.indirec.tensor.RandomSequence;
import io.github.indirec.tensor.spi.Backend;

/**
 * InDiRec: a sequence encoder, trained together with a diffusion model that generates, under the guidance of an
 * intent, the views that the encoder is contrasted with. After training the encoder alone ranks.
 */
public final class InDiRec implements TrainableModel {
    private final InDiRecConfig config;
    private final SequenceModel sequenceModel;
    private final Diffusion diffusion;

    private InDiRec(Parameters parameters, InDiRecConfig config, int items) {
        this.config = config;
        this.sequenceModel = new SequenceModel(parameters, config.encoder(), items);
        this.sequenceModel.initialize(config.training().seed());
        this.diffusion = new Diffusion(parameters, config.diffusion(), config.encoder().hiddenSize());
        initializeDiffusion();
    }

    /** An untrained model with the initial weights of {@code config}'s seed. */
    public static InDiRec create(Backend backend, InDiRecConfig config, int items) {
        return new InDiRec(new Parameters(backend, DType.F32), config, items);
    }

    /**
     * PyTorch's defaults, which the authors leave in place here: linear layers uniform in +-1/sqrt(fan-in), weights and
     * biases; the null embedding N(0, 1).
     */
    private void initializeDiffusion() {
        int index = 0;
        float bound = 0;
        for (Parameter parameter : parameters().all()) {
            String name = parameter.name();
            boolean linear = name.startsWith("step_mlp.") || name.startsWith("diffuser.");
            if (linear || parameter == diffusion.nothing()) {
                if (parameter.shape().rank() == 2) {
                    bound = (float) (1 / Math.sqrt(parameter.shape().dim(1)));
                }
                RandomSequence random = new RandomSequence(
                        RandomStreams.INITIAL_WEIGHTS.key(config.training().seed(), 0, index));
                float[] values = new float[parameter.shape().size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = linear ? bound * (2 * random.nextFloat() - 1) : random.nextGaussian();
                }
                parameter.value().copyFrom(values);
            }
            index++;
        }
    }

    public InDiRecConfig config() {
        return config;
    }

    @Override
    public ModelFamily family() {
        return ModelFamily.INDIREC;
    }

    @Override
    public SequenceModel sequenceModel() {
        return sequenceModel;
    }

    public Diffusion diffusion() {
        return diffusion;
    }

    @Override
    public TrainingConfig training() {
        return config.training();
    }

    @Override
    public InDiRecTask task(SequenceDataset data) {
        return new InDiRecTask(this, data);
    }
}
