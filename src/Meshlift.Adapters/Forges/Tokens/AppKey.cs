using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Meshlift.Adapters.Files;
using Meshlift.Core;

namespace Meshlift.Adapters.Forges.Tokens;

/// <summary>The private key of a GitHub App, as tokens of a few minutes (JWT, RS256) by which the App says who it is.</summary>
/// <remarks>GitHub's "Generating a JSON Web Token (JWT) for a GitHub App": issued a minute ago, since clocks differ; at most ten minutes long.</remarks>
internal sealed class AppKey(string id, string keyFile, TimeProvider time) : ITokenSource
{
    public string Shown => $"the App's key {keyFile}";

    public ValueTask<string> GetAsync(CancellationToken cancel)
    {
        using var key = RSA.Create();
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(BoundedFile.Read(keyFile, TokenText.Largest)));
            var now = time.GetUtcNow().ToUnixTimeSeconds();
            var claims = new JsonObject { ["iat"] = now - 60, ["exp"] = now + (9 * 60), ["iss"] = id };
            var signed = $"{Encode("""{"alg":"RS256","typ":"JWT"}""")}.{Encode(claims.ToJsonString())}";
            return ValueTask.FromResult($"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new UserException(ErrorKind.Environment, $"{keyFile} holds no private RSA key without a password", "put the key there that the App's page gave (a .pem file)");
        }
    }

    public bool Refuse(string token) => false;

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
