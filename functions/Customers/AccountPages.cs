using Shop.Common;

namespace Shop.Customers;

/// <summary>The storefront's pages that mails lead to.</summary>
public sealed class AccountPages(ShopOptions shop)
{
    private readonly string _root = (shop.StorefrontUrl ?? shop.PublicUrl).ToString().TrimEnd('/');

    /// <summary>The token stands behind a <c>#</c>, so that it is in no server's log and in no Referer.</summary>
    public string Of(string page, string token) => $"{_root}/{page}#token={token}";
}
