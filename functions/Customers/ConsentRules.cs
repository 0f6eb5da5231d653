using System.Text.Json;

namespace Shop.Customers;

/// <summary>What becomes an entry of the consent log.</summary>
public static class ConsentRules
{
    /// <summary>The version of what marketing is agreed to where no text is named.</summary>
    private const string Unversioned = "1";

    public static string PurposeOf(MarketingChannel channel) => "marketing." + JsonNamingPolicy.CamelCase.ConvertName(channel.ToString());

    internal static IEnumerable<Consent> AtRegistration(PendingRegistration pending)
    {
        int sequence = 0;
        if (pending.TermsVersion is { } terms) yield return new Consent(++sequence, "terms", terms, Given: true, pending.AskedAt, "registration");
        foreach (MarketingChannel channel in pending.MarketingChannels) yield return new Consent(++sequence, PurposeOf(channel), Unversioned, Given: true, pending.AskedAt, "registration");
    }

    /// <summary>An entry for each channel that is given or withdrawn; none where nothing changes.</summary>
    public static IReadOnlyList<Consent> ForChannels(Customer customer, IReadOnlyList<MarketingChannel> wanted, DateTimeOffset now)
    {
        List<Consent> entries = [];
        foreach (MarketingChannel channel in Enum.GetValues<MarketingChannel>())
            if (wanted.Contains(channel) != customer.MarketingChannels.Contains(channel))
                entries.Add(new Consent(customer.Consents + entries.Count + 1, PurposeOf(channel), Unversioned, wanted.Contains(channel), now, "preferences"));
        return entries;
    }
}
