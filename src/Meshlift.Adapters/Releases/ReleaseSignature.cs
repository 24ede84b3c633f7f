using System.Globalization;
using System.Text.Json;
using Meshlift.Adapters.Files;
using Meshlift.Adapters.Processes;
using Meshlift.Core;
using Meshlift.Core.Findings;
using Meshlift.Core.Releases;

namespace Meshlift.Adapters.Releases;

/// <summary>
/// Checks the signature that stands beside an archive, as a Sigstore bundle (<c>.sigstore.json</c>) or a bare signature (<c>.sig</c>), with the program
/// cosign, 2.0 or newer.
/// </summary>
/// <remarks>
/// Istio signs its images with these keys, and of its archives it publishes digests alone; mirrors may sign. So without a key of the user's own, what
/// could not be checked is a finding. With one, it is an error. A signature that is there and wrong is an error always.
/// </remarks>
/// <param name="place">Where the archive lies.</param>
/// <param name="cache">Where results are kept, so that a second use asks nobody.</param>
/// <param name="ownKey">The key that must have signed: an absolute path, or an address; null for Istio's own, if any.</param>
/// <param name="cosign">The program.</param>
internal sealed class ReleaseSignature(IReleasePlace place, ReleaseCache cache, string? ownKey, ExternalProgram cosign)
{
    private const string None = "none";
    private const int Largest = 1 << 20;

    /// <summary>Checks the signature of an archive.</summary>
    /// <returns>What a person should know; null when the signature is right.</returns>
    /// <exception cref="UserException">The signature is wrong, or could not be checked although a key was given.</exception>
    public async Task<Finding?> CheckAsync(ReleaseArchive archive, Uri address, string archivePath, string digest, CancellationToken cancel)
    {
        var key = ownKey ?? SigningKeys.For(archive.Version);
        if (key is null) return NotChecked(archive, $"Istio names no key for {archive.Version}");
        var verified = $"verified with {key}";
        var note = cache.SignatureNote(digest);
        if (note == verified) return null;
        if (note == None && ownKey is null) return Unsigned(archive);
        try
        {
            var major = await MajorVersionAsync(cancel);
            foreach (var (ending, arguments) in Forms(major))
            {
                var signatureAddress = new UriBuilder(address) { Path = address.AbsolutePath + ending }.Uri;
                if (await place.ReadAsync(signatureAddress, Largest, mayBePage: false, cancel) is not { } signature) continue;
                await VerifyAsync(archive, archivePath, digest, signature, ["verify-blob", "--key", key, .. arguments], cancel);
                cache.KeepSignatureNote(digest, verified);
                return null;
            }
        }
        catch (UserException e) when (ownKey is null && e.Kind == ErrorKind.Environment)
        {
            return NotChecked(archive, e.Message);
        }
        if (ownKey is not null)
            throw new UserException(ErrorKind.Refused, $"no signature of {archive.FileName} stands beside {WebPlace.Shown(address)}, and one by {key} is demanded", "sign it with 'cosign sign-blob', or demand no signature");
        cache.KeepSignatureNote(digest, None);
        return Unsigned(archive);
    }

    // A static key needs no transparency log; to demand an entry would make offline mirrors useless, which have none.
    private static (string Ending, string[] Arguments)[] Forms(int major) =>
    [
        (".sigstore.json", ["--insecure-ignore-tlog=true", "--bundle"]),
        (".sig", major >= 3 ? ["--insecure-ignore-tlog=true", "--new-bundle-format=false", "--signature"] : ["--insecure-ignore-tlog=true", "--signature"]),
    ];

    private async Task VerifyAsync(ReleaseArchive archive, string archivePath, string digest, byte[] signature, string[] arguments, CancellationToken cancel)
    {
        var file = archivePath + ".signature";
        try
        {
            AtomicFile.Write(file, signature);
            var output = await cosign.RunAsync(new ProgramCall(cache.Root, [.. arguments, file, archivePath]), cancel);
            if (output.ExitCode == 0) return;
            cache.Forget(digest);
            throw new UserException(ErrorKind.Refused, $"the signature of {archive.FileName} is not right: {output.Failure("").Message}", "do not use this archive; fetch it from Istio itself, and tell whoever runs the mirror");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<int> MajorVersionAsync(CancellationToken cancel)
    {
        var output = await cosign.RunAsync(new ProgramCall(cache.Root, ["version", "--json"]), cancel);
        if (output.ExitCode != 0) throw output.Failure("install cosign 2.0 or newer");
        try
        {
            using var json = JsonDocument.Parse(output.Output);
            return int.Parse(json.RootElement.GetProperty("gitVersion").GetString()!.TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new UserException(ErrorKind.Environment, $"'cosign version --json' answered '{output.OutputText.Trim()}'", "install cosign 2.0 or newer", e);
        }
    }

    private static Finding NotChecked(ReleaseArchive archive, string reason) =>
        new("ML1024", Severity.Note, $"its signature was not checked: {reason}; its SHA-256 is right", archive.FileName);

    private static Finding Unsigned(ReleaseArchive archive) =>
        new("ML1022", Severity.Note, "no signature is published beside it (Istio signs images, not archives); its SHA-256 is right", archive.FileName);
}
