namespace Shop.Customers;

/// <summary>
/// Names the device behind a <c>User-Agent</c> so that its owner knows it again, <c>Chrome, Android</c>: no version or model, which would tell one person from the next. Pure.
/// </summary>
internal static class Devices
{
    // In this order: most browsers claim to be those that come after them.
    private static readonly (string Sign, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Sign, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    public static string? Of(string userAgent)
    {
        string?[] known = [In(userAgent, Browsers), In(userAgent, Systems)];
        return known.Any(name => name is not null) ? string.Join(", ", known.OfType<string>()) : null;
    }

    private static string? In(string userAgent, (string Sign, string Name)[] signs) => signs.FirstOrDefault(s => userAgent.Contains(s.Sign, StringComparison.Ordinal)).Name;
}
