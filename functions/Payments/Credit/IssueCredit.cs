using Shop.Common;
using Shop.Email;
using Shop.Http;

namespace Shop.Payments;

/// <summary>A gift card as it is issued.</summary>
/// <param name="ExpiresAt"><c>null</c> for never.</param>
/// <param name="Email">Where its code is mailed; <c>null</c> where somebody is shown it.</param>
/// <param name="Gift">What is put on it, and why.</param>
/// <param name="OrderNumber">The order that it comes from; <c>null</c> where staff give it.</param>
public sealed record CardToIssue(CreditGift Gift, DateTimeOffset? ExpiresAt, string? Email, string Locale, string? OrderNumber);

/// <summary>Makes gift cards, and mails their codes.</summary>
public sealed class IssueCredit(MoveCredit move, EmailQueue mail, Signing signing, TimeProvider clock)
{
    public const string EntryName = "issued";

    /// <param name="cause">The same one makes the same card, once.</param>
    public async Task<(CreditAccount Account, CreditEntry Entry, string Code)> Run(string cause, CardToIssue card, CancellationToken cancellationToken)
    {
        string code = CreditCode.For(signing, cause);
        var opened = new CreditAccount
        {
            Id = IdOf(cause), Kind = CreditKind.GiftCard, Balance = Money.Zero(card.Gift.Amount.Currency), Tail = code[^4..], Face = card.Gift.Amount,
            Email = card.Email, ExpiresAt = card.ExpiresAt, CreatedAt = clock.GetUtcNow(),
        };
        (CreditAccount account, CreditEntry entry) = await move.Give(opened, EntryName, card.Gift, cancellationToken);
        if (card.Email is { } to) await mail.Send($"{account.Id}.gift-card", "gift-card", card.Locale, to, new GiftCardMail(code, card.Gift.Amount, card.ExpiresAt, card.OrderNumber), cancellationToken);
        return (account, entry, code);
    }

    /// <summary>The account of the card that a cause made, or will make.</summary>
    public string IdOf(string cause) => CreditCode.AccountId(CreditCode.Normal(CreditCode.For(signing, cause))!);
}

/// <param name="Number">The order that it comes from.</param>
public sealed record GiftCardMail(string Code, Money Amount, DateTimeOffset? ExpiresAt, string? Number);
