package io.github.indirec.kernels;

import io.github.indirec.kernels.device.CudaDevice;
import io.github.indirec.kernels.driver.CudaAvailability;
import io.github.indirec.kernels.driver.CudaDriver;
import io.github.indirec.tensor.Device;
import io.github.indirec.tensor.DeviceException;
import io.github.indirec.tensor.spi.Backend;
import io.github.indirec.tensor.spi.BackendProvider;
import java.util.Optional;

/** Opens CUDA devices, {@code cuda:0} and so on. */
public final class CudaProvider implements BackendProvider {
    @Override
    public String kind() {
        return "cuda";
    }

    @Override
    public Optional<String> unavailable() {
        CudaAvailability here = CudaAvailability.here();
        return here.usable() ? Optional.empty() : Optional.of(here.reason());
    }

    @Override
    public Backend open(Device device, int threads) {
        CudaDriver driver = CudaAvailability.open();
        int devices = driver.deviceCount();
        if (device.index() >= devices) {
            driver.close();
            throw new DeviceException(
                    "opening " + device + ": the driver sees " + devices + " device(s), cuda:0 to cuda:" + (devices - 1));
        }
        return CudaBackend.open(driver, device, false);
    }
}
