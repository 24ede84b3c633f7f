using Meshlift.Adapters.Files;

namespace Meshlift.Adapters.Forges.Tokens;

/// <summary>A token in a file, which another program may write anew.</summary>
internal sealed class FileToken(string path) : ITokenSource
{
    public string Shown => $"the file {path}";

    // A file of a few bytes is read for each request: whoever changes it is heard at once.
    public ValueTask<string> GetAsync(CancellationToken cancel) => ValueTask.FromResult(TokenText.Read(BoundedFile.Read(path, TokenText.Largest), Shown));

    public bool Refuse(string token) => TokenText.Read(BoundedFile.Read(path, TokenText.Largest), Shown) != token;
}
