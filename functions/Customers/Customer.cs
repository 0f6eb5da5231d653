using System.ComponentModel.DataAnnotations;
using Shop.Common;

namespace Shop.Customers;

/// <summary>Somebody with an account. There is one only after the e-mail address was verified.</summary>
public sealed record Customer
{
    public const int MostAddresses = 50;

    /// <summary>Entries of the consent log; nobody changes their mind this often.</summary>
    public const int MostConsents = 1000;

    /// <summary><c>cus_…</c></summary>
    public required string Id { get; init; }

    public required PersonalDetails Details { get; init; }

    /// <summary>The language of mails: <c>id</c> or <c>en</c>.</summary>
    public required string Locale { get; init; }

    /// <summary>In which they like to buy; <c>null</c> for the shop's own.</summary>
    public Currency? Currency { get; init; }

    /// <summary>Where marketing may reach them: the newest consent for each channel says so.</summary>
    public IReadOnlyList<MarketingChannel> MarketingChannels { get; init; } = [];

    /// <summary>The groups that staff put them into.</summary>
    public GroupSet Groups { get; init; } = GroupSet.None;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Raised by signing out everywhere and by another password; access tokens with an older one are refused.</summary>
    public int SessionVersion { get; init; }

    /// <summary>How many entries the consent log has; the next is this plus one.</summary>
    public int Consents { get; init; }

    /// <summary>The address that goods go to unless the customer says otherwise.</summary>
    public string? DefaultShippingAddress { get; init; }

    public string? DefaultBillingAddress { get; init; }

    /// <summary>How many addresses there are, so that two that are added at once do not exceed the limit.</summary>
    public int Addresses { get; init; }
}

/// <summary>A change of a customer with the rows that are written in the same transaction.</summary>
public sealed record CustomerChange(Customer Customer)
{
    /// <summary>New entries of the consent log.</summary>
    public IReadOnlyList<Consent> Consents { get; init; } = [];

    public SavedAddress? WrittenAddress { get; init; }

    public string? RemovedAddress { get; init; }
}

/// <summary>What is encrypted in a customer's row.</summary>
/// <param name="Email">As they wrote it.</param>
public sealed record PersonalDetails(string Name, string Email, string? Phone);

public enum MarketingChannel { Email, WhatsApp, Sms }

/// <summary>One entry of the consent log: it is never changed, the next one replaces it.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="Purpose">Such as <c>terms</c>, <c>privacy</c>, <c>marketing.email</c>.</param>
/// <param name="Version">Of the text that was agreed to.</param>
/// <param name="Given"><c>false</c> when it was withdrawn.</param>
/// <param name="Source">Where: <c>registration</c>, <c>preferences</c>, <c>account</c>.</param>
public sealed record Consent(int Sequence, string Purpose, string Version, bool Given, DateTimeOffset At, string Source);

/// <summary>Section <c>Customers</c>.</summary>
public sealed class CustomerOptions
{
    /// <summary>Attempts under one e-mail address within fifteen minutes: to sign in, to register, to reset a password.</summary>
    [Range(1, 1000)]
    public int AttemptsPerAccount { get; init; } = 10;

    /// <summary>Such attempts from one client address within fifteen minutes. Many customers may share one behind a provider's network.</summary>
    [Range(1, 1_000_000)]
    public int AttemptsPerClientAddress { get; init; } = 300;

    /// <summary>How long a refresh token works; each use makes another with as long.</summary>
    [Range(1, 365)]
    public int SessionDays { get; init; } = 30;

    /// <summary>Within this time the token before the newest still gets the newest: two tabs, or an answer that was lost. Later it counts as stolen.</summary>
    [Range(0, 60)]
    public int RefreshLeewaySeconds { get; init; } = 10;

    /// <summary>The links in mails to verify an address.</summary>
    [Range(1, 168)]
    public int VerifyWithinHours { get; init; } = 48;

    /// <summary>The links in mails to set a new password, or to claim an order.</summary>
    [Range(5, 1440)]
    public int ResetWithinMinutes { get; init; } = 60;

    /// <summary>How long invoiced orders are kept after their year's end: Indonesian tax law asks for ten years.</summary>
    [Range(1, 30)]
    public int TaxRecordYears { get; init; } = 10;

    /// <summary>PBKDF2 iterations of new passwords; old ones are hashed anew when their owner signs in. OWASP (2023) asks for 210,000 with SHA-512.</summary>
    [Range(1000, 10_000_000)]
    public int PasswordIterations { get; init; } = 210_000;
}
