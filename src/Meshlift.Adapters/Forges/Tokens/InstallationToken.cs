using System.Globalization;
using System.Text.Json.Nodes;
using Meshlift.Adapters.Forges.Web;
using Meshlift.Core.Forges;

namespace Meshlift.Adapters.Forges.Tokens;

/// <summary>The tokens of an installation of a GitHub App. Each is kept until shortly before it ends.</summary>
/// <param name="app">A connection on which the App itself speaks.</param>
/// <param name="installation">The number of the installation.</param>
/// <param name="repository">The one repository that the tokens are for, without its owner: they are good for no other.</param>
/// <param name="time">The clock.</param>
internal sealed class InstallationToken(ForgeConnection app, int installation, string repository, TimeProvider time) : ITokenSource, IDisposable
{
    // A token that ends while a request is on its way would only bring a 401.
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _one = new(1);
    private (string Token, DateTimeOffset Ends)? _known;

    public string Shown => string.Create(CultureInfo.InvariantCulture, $"the GitHub App's installation {installation}");

    public async ValueTask<string> GetAsync(CancellationToken cancel)
    {
        if (Known() is { } known) return known;
        await _one.WaitAsync(cancel);
        try
        {
            if (Known() is { } other) return other;
            // Another token does no harm, so it may be asked for twice.
            var call = new ForgeCall(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"app/installations/{installation}/access_tokens"), "get a token for the App's installation")
            {
                Body = new JsonObject { ["repositories"] = new JsonArray(repository) },
                IsRepeatable = true,
            };
            var (token, ends) = await app.SendAsync(call, answer => (answer.Text("token"), DateTimeOffset.Parse(answer.Text("expires_at"), CultureInfo.InvariantCulture)), cancel);
            _known = (token, ends);
            return token;
        }
        finally
        {
            _one.Release();
        }
    }

    public bool Refuse(string token)
    {
        if (_known?.Token == token) _known = null;
        return true;
    }

    public void Dispose() => _one.Dispose();

    private string? Known() => _known is { } known && time.GetUtcNow() < known.Ends - Early ? known.Token : null;
}
