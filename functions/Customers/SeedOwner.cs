using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Hosting;
using Shop.Common;
using Shop.Http;
using Shop.Storage;

namespace Shop.Customers;

/// <summary>Section <c>Staff</c>: the owner who is there from the first start.</summary>
public sealed class StaffOptions
{
    [Required, EmailAddress]
    public string Email { get; init; } = "";

    /// <summary>
    /// At least 12 characters: the owner's first password. It is followed once: a password that was changed in the shop stays, until another value
    /// stands here. Empty makes a random one, shown once.
    /// </summary>
    [RegularExpression("^$|^.{12,200}$", ErrorMessage = "Staff__Password must have 12 to 200 characters, or be empty.")]
    public string Password { get; init; } = "";
}

/// <summary>
/// Makes the owner at the first start and follows a password in the settings that is new. Hashing a password is slow on purpose: it goes on beside the rest of
/// the start, which ends when it has ended.
/// </summary>
/// <param name="console">Where a generated password is shown, once. Not the log: logs are kept and sent elsewhere.</param>
internal sealed class SeedOwner(StaffOptions options, StaffStore staff, StaffSessions sessions, PasswordHasher<StaffMember> hasher, TimeProvider clock, TextWriter? console = null) : IHostedLifecycleService
{
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";

    private Task _seeding = Task.CompletedTask;

    /// <summary>The tables are made by an earlier service in the same phase.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _seeding = Task.Run(() => Run(cancellationToken), cancellationToken);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => _seeding;

    internal async Task Run(CancellationToken cancellationToken)
    {
        if (await staff.FindMember(options.Email, cancellationToken) is { } owner)
        {
            await staff.Index(owner.Value, cancellationToken);
            await FollowSetting(owner, cancellationToken);
            return;
        }

        string password = options.Password.Length > 0 ? options.Password : RandomNumberGenerator.GetString(Alphabet, 20);
        string hash = hasher.HashPassword(null!, password);
        var member = new StaffMember(Ids.New("stf", clock), options.Email, hash, [Role.Owner]) { SettingHash = options.Password.Length > 0 ? hash : null };
        bool added = await staff.TryAdd(member, cancellationToken);
        if (added && options.Password.Length == 0)
            await (console ?? Console.Out).WriteLineAsync($"{Environment.NewLine}Staff sign-in, shown this once: {options.Email} with password {password}");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task FollowSetting(Stored<StaffMember> owner, CancellationToken cancellationToken)
    {
        if (options.Password.Length == 0) return;
        StaffMember member = owner.Value;
        if (member.SettingHash is { } followed && hasher.VerifyHashedPassword(member, followed, options.Password) != PasswordVerificationResult.Failed) return;
        string hash = hasher.HashPassword(member, options.Password);
        // Losing this race means that another instance follows the same setting.
        if (await staff.TryReplace(member with { PasswordHash = hash, SettingHash = hash, PasswordSetAt = clock.GetUtcNow() }, owner.ETag, cancellationToken)) await sessions.End(member.Id, cancellationToken);
    }
}
