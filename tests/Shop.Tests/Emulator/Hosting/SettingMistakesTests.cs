using Microsoft.Azure.Functions.Worker.Builder;
using Shop.Emulator;

namespace Shop.Tests.Emulator.Hosting;

/// <summary>A mistake in the settings is a line for a person, before anything starts.</summary>
public sealed class SettingMistakesTests
{
    [Theory]
    [InlineData("Shop:TimeZone", "Mars/Base", "Shop__TimeZone")]
    [InlineData("Shop:Locale", "xx", "Locale")]
    [InlineData("Security:SigningKey", "short", "SigningKey")]
    [InlineData("Payments:CardDeadlineMinutes", "-5", "CardDeadlineMinutes")]
    [InlineData("Payments:CardDeadlineMinutes", "soon", "Payments:CardDeadlineMinutes")]
    [InlineData("Payments:NoSuchSetting", "1", "NoSuchSetting")]
    [InlineData("Smtp:Url", "mail.example.com", "Smtp__Url")]
    [InlineData("Smtp:From", "nobody", "Smtp__From")]
    [InlineData("Staff:Email", "nobody", "Email")]
    [InlineData("NamePrefix", "Shop_1", "NamePrefix")]
    [InlineData("AzureWebJobsStorage", "", "AzureWebJobsStorage")]
    [InlineData("AzureWebJobsStorage", "AccountKey", "AzureWebJobsStorage")]
    [InlineData("Stripe:ApiBase", "emulator://strype", "Stripe:ApiBase")]
    public async Task A_bad_value_is_named(string setting, string value, string told)
    {
        string line = Assert.Single(await Mistakes((setting, value)));
        Assert.Contains(told, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_has_a_line_of_its_own() =>
        Assert.Equal(3, (await Mistakes(("Shop:Currency", "XXX"), ("Shop:PublicUrl", "ftp://shop.test"), ("Staff:Password", "short"))).Length);

    private static async Task<string[]> Mistakes(params (string Setting, string Value)[] settings)
    {
        FunctionsApplicationBuilder builder = ShopApplication.CreateBuilder(["--port", "0"]);
        builder.Emulator.Console = TextWriter.Null;
        builder.Configuration["AzureWebJobsStorage"] = await AzuriteFixture.ConnectionString();
        builder.Configuration["NamePrefix"] = AzuriteFixture.NewPrefix();
        foreach ((string setting, string value) in settings) builder.Configuration[setting] = value;
        return Assert.Throws<EmulatorException>(() => builder.Emulator.Build()).Message.Split(Environment.NewLine);
    }
}
