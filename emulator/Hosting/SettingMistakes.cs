using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Shop.Emulator.Hosting;

/// <summary>
/// Holds the settings against the rules of the app's options before anything starts. The host would do it while it starts, and end with a
/// stack trace for each.
/// </summary>
internal static class SettingMistakes
{
    /// <exception cref="EmulatorException">Settings break their rules: a line for each.</exception>
    public static void Refuse(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        catch (Exception mistaken) when (Lines(mistaken).ToArray() is { Length: > 0 } lines)
        {
            throw new EmulatorException(string.Join(Environment.NewLine, lines));
        }
    }

    private static IEnumerable<string> Lines(Exception mistaken) => mistaken switch
    {
        AggregateException several => several.InnerExceptions.SelectMany(Lines),
        OptionsValidationException broken => broken.Failures,
        // A text where a number belongs, or a key that the options do not know.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } unbound => [unbound.Message],
        _ => [],
    };
}
