using Shop.Emulator.Hosting;
using Shop.Emulator.Storage;

namespace Shop.Tests.Emulator.Hosting;

public sealed class EmulatorSecretsTests
{
    [Fact]
    public async Task A_secret_is_made_on_the_first_start_is_another_for_each_setting_and_shop_and_stays()
    {
        string storage = await AzuriteFixture.ConnectionString(), prefix = AzuriteFixture.NewPrefix();
        // Several processes may start at once.
        string[] made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Secret(prefix, "Security:SigningKey"))));

        string secret = Assert.Single(made.Distinct());
        Assert.Equal(32, Convert.FromBase64String(secret).Length);
        Assert.Equal(secret, Secret(prefix, "Security:SigningKey"));
        Assert.Equal(3, new[] { secret, Secret(prefix, "Security:DataKeys"), Secret(AzuriteFixture.NewPrefix(), "Security:SigningKey") }.Distinct().Count());

        string Secret(string of, string setting) => new EmulatorSecrets(new EmulatorStorage(storage, of)).Get(setting);
    }
}
