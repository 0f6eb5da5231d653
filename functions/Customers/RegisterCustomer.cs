using Microsoft.AspNetCore.Identity;
using Shop.Common;

namespace Shop.Customers;

/// <summary>
/// Takes a registration. The account comes to be when the mailed link is opened, so that nobody holds an address that is not theirs. A known
/// address costs the same steps and gets the same answer; only its mail differs.
/// </summary>
public sealed class RegisterCustomer(AccountLimits limits, AccountQueue queue, PasswordHasher<CustomerSignIn> hasher, TimeProvider clock)
{
    public async Task<Result<Registered>> Run(NewCustomer wanted, string locale, string clientAddress, CancellationToken cancellationToken)
    {
        if (!EmailAddress.IsValid(wanted.Email)) return AccountProblems.EmailInvalid;
        if (await limits.Count("register-mail", EmailAddress.Key(wanted.Email), clientAddress, cancellationToken) is { } locked) return locked;
        var pending = new PendingRegistration(
            Ids.New("cus", clock), wanted.Email, wanted.Name, wanted.Phone, hasher.HashPassword(null!, wanted.Password), wanted.Locale ?? locale, wanted.TermsVersion,
            wanted.MarketingChannels ?? [], clock.GetUtcNow());
        await queue.Send(AccountRequest.Register, pending, cancellationToken);
        return new Registered(wanted.Email, "verifyEmail");
    }
}
