using System.Text;

namespace Shop.Marketing;

/// <summary>Asks whoever opened the link in a mail: programs that look through mails open links, too, and press no buttons.</summary>
internal static class LeavePage
{
    public static byte[] Question(string locale) => locale == "en"
        ? Html("en", "Do not write to me", "Shall we not write to you when it is in stock again?", "Do not write to me about it")
        : Html("id", "Jangan kirim email", "Tidak usah memberi tahu Anda saat barang itu tersedia lagi?", "Jangan kirim email tentang ini");

    /// <summary>The link was cut short on its way, or is not ours.</summary>
    public static byte[] Broken(string locale) => locale == "en"
        ? Html("en", "This link does not work", "This link does not work: something of it is missing. Open it again from the mail, or copy all of it.", null)
        : Html("id", "Tautan ini tidak berfungsi", "Tautan ini tidak berfungsi: ada bagian yang hilang. Buka lagi dari email, atau salin seluruhnya.", null);

    // The form is sent to the address that was opened, with its token.
    private static byte[] Html(string language, string title, string text, string? button) => Encoding.UTF8.GetBytes(
        $"""
        <!doctype html>
        <html lang="{language}">
        <meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>{title}</title>
        <body style="margin:0;background:#f4f1ec;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;color:#2b2622">
        <main style="max-width:480px;margin:12vh auto;padding:32px;background:#fff;border-radius:12px;line-height:1.6">
        <p style="margin:0">{text}</p>
        {(button is null ? "" : $"""<form method="post"><button style="margin-top:24px;background:#7a3b1d;color:#fff;border:0;padding:12px 20px;border-radius:8px;font:inherit;cursor:pointer">{button}</button></form>""")}
        </main>
        </body>
        </html>
        """);
}
