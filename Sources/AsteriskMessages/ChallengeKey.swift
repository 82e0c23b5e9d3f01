import COpenSSL

/// What proves a secret without sending it: the MD5 of the challenge and the secret behind it, in hexadecimal digits
/// (<https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Login/>).
package enum ChallengeKey {
    /// 32 digits in lower case; `nil` where OpenSSL has no MD5, as under FIPS rules.
    package static func text(challenge: String, secret: String) -> String? {
        let input = Array((challenge + secret).utf8)
        var digest = [UInt8](repeating: 0, count: 16)
        guard EVP_Digest(input, input.count, &digest, nil, EVP_md5(), nil) == 1 else { return nil }
        let digits = Array("0123456789abcdef")
        return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
